/** Text to token ids, and the special tokens that a model wants around them. */
export interface Tokenizer {
  /** Token ids of the whole text, however long, without special tokens. */
  encode(text: string): number[];
  /** Special tokens in front of each window. */
  readonly prefix: readonly number[];
  /** Special tokens after each window. */
  readonly suffix: readonly number[];
  /** Id that fills short rows of a batch; the attention mask hides it. */
  readonly padId: number;
}
