/** What an {@link Embedder} computes its vectors with. */
export type ModelInfo = {
  /** `use-lite`, a folder's name, or the hub name the model was downloaded under. */
  readonly name: string;
  /**
   * 32 hexadecimal digits over everything that decides a vector: weights, tokenizer, pooling,
   * normalisation and windows. Vectors may be compared only where the fingerprints are equal.
   */
  readonly fingerprint: string;
  /** Length of every vector. */
  readonly dimensions: number;
  /** Tokens the model sees at once, its special tokens included. Longer texts are embedded in windows. */
  readonly windowTokens: number;
  /** Tokens that two neighbouring windows of a text share. */
  readonly overlapTokens: number;
};

/** Options of one embedding request. */
export type EmbedOptions = {
  /** Ends the request: its promise rejects with the signal's reason and no further window is computed. */
  readonly signal?: AbortSignal | undefined;
};

/** The vector of one window of one text. */
export type WindowVector = {
  /** Position of the text in the request. */
  readonly textIndex: number;
  /** Position of the window in its text, from 0. */
  readonly windowIndex: number;
  /** Number of windows of that text, at least 1. */
  readonly windowCount: number;
  /** First token of the window in the text's tokens (special tokens not counted). */
  readonly tokenStart: number;
  /** One past the last token of the window; equals `tokenStart` for a text without tokens. */
  readonly tokenEnd: number;
  /** The vector, of the embedder's `dimensions`. */
  readonly vector: Float32Array;
};

/**
 * Turns texts into vectors. Equal texts give equal vectors; near vectors mean similar texts.
 *
 * No text is ever cut in silence: one longer than the model's window is embedded window by window, and
 * {@link Embedder.embed} answers the mean of its windows, {@link Embedder.embedWindows} each of them.
 * Scores between vectors have no absolute meaning: rank by them, don't compare them to a threshold.
 */
export interface Embedder {
  /** Length of every vector. */
  readonly dimensions: number;
  /** The model behind the vectors. */
  readonly model: ModelInfo;
  /**
   * One vector a text, in the texts' order.
   *
   * @returns A promise that rejects with an `EmbeddingError` (its `failure` says why), or with the signal's
   * reason after an abort.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
  /** One vector a window, by text and then by window. Rejects as {@link Embedder.embed} does. */
  embedWindows(texts: readonly string[], options?: EmbedOptions): Promise<WindowVector[]>;
  /**
   * Ends the embedder and everything it started. Requests in flight reject with the failure `closed`.
   * May be called twice.
   */
  close(): Promise<void>;
}
