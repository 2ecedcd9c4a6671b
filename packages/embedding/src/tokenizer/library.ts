import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import type { Tokenizer } from './tokenizer.js';

/**
 * Any `tokenizer.json`, through the `tokenizers` library. What the model wants around its text is found by
 * encoding a probe with and without special tokens.
 */
export const libraryTokenizer = (tokenizer: object, config: object, padId: number): Tokenizer => {
  const library = new LibraryTokenizer(tokenizer, config);
  const idsOf = (text: string, special: boolean): number[] =>
    library.encode(text, { add_special_tokens: special }).ids;
  const bare = idsOf('a', false);
  const dressed = idsOf('a', true);
  const at = dressed.findIndex((_, start) => bare.every((id, i) => dressed[start + i] === id));
  if (bare.length === 0 || at < 0) throw new Error('its special tokens do not surround the text');
  return {
    encode: (text) => idsOf(text, false),
    prefix: dressed.slice(0, at),
    suffix: dressed.slice(at + bare.length),
    padId,
  };
};
