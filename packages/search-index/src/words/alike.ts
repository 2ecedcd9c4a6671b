// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { goesBefore, type LikeTerm } from './vocabulary.js';
import type { WordIndex } from './word-index.js';

/** A term that is spelled like a word of a question, and in how many chunks it is. */
export type AlikeTerm = LikeTerm & { readonly chunksWith: number };

/** By word of a question, most alike first. */
export type AlikeTerms = readonly (readonly AlikeTerm[])[];

/** From this likeness on a term may be what was meant with a word that no chunk holds. */
const leastAlike = 0.3;
/** From this one on it may be another form of a word that some chunk holds. */
export const leastOfKnown = 0.5;

/** The terms of one index that are spelled like some words, so many for each. */
export const alikeIn = (words: WordIndex, asked: readonly string[], most: number): AlikeTerms =>
  asked.map((word) =>
    words.vocabulary
      .like(word, words.chunksWith(word) > 0 ? leastOfKnown : leastAlike, most)
      .map((like) => ({ ...like, chunksWith: words.chunksWith(like.term) })),
  );

/**
 * What several indexes found, as if one had. A term among the best of all is among the best of each index that has it, so
 * counts are whole.
 *
 * @param words how many were asked for
 */
export const alikeInAll = (found: readonly AlikeTerms[], words: number, most: number): AlikeTerms => {
  if (found.length === 1) return found[0]!;
  return Array.from({ length: words }, (_, word) => {
    const terms = new Map<string, AlikeTerm>();
    for (const of of found)
      for (const one of of[word]!) {
        const chunksWith = (terms.get(one.term)?.chunksWith ?? 0) + one.chunksWith;
        terms.set(one.term, { ...one, chunksWith });
      }
    return [...terms.values()].sort((a, b) => (goesBefore(a, b) ? -1 : 1)).slice(0, most);
  });
};
