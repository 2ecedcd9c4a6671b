// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { type AlikeTerms, leastOfKnown } from './alike.js';
import { type Bm25Options, rarity, type WordQuestion } from './bm25.js';
import type { Collection } from './collection.js';

/** How much of a question a chunk covers, and what counts as one of its words. */
export type CoverageOptions = {
  /** How much it counts beside BM25, which counts 1; from 0 to 10. */
  readonly weight: number;
  /** So many terms that are spelled like a word of the question count as that word, less where they are less alike; 0 to 100. */
  readonly variants: number;
};

/** Whether a word is there counts, hardly how often, and a chunk's length less than usual. */
export const coverageBm25: Bm25Options = { k1: 0.8, b: 0.6 };

/** Another form of a word that the collection knows is worth this share of the square of its likeness. */
const worthOfForms = 0.5;

/**
 * The words of a question and the terms that are spelled like them: "file handle" for "filehandle", the right word for
 * one with a slip. A form of a known word counts by half the square of its likeness, as rare as that word at most; of a word
 * that the collection does not know, by its likeness: there is nothing better.
 *
 * @param question how often each word is in it
 * @param alike by word, in the same order
 */
export const coverageQuestion = (
  { chunks, averageLength, chunksWith }: Collection,
  question: ReadonlyMap<string, number>,
  alike: AlikeTerms,
): WordQuestion => {
  const gains = new Map<string, number>();
  const add = (term: string, worth: number): void => {
    gains.set(term, (gains.get(term) ?? 0) + worth * (coverageBm25.k1 + 1));
  };
  [...question].forEach(([word, times], at) => {
    const holding = chunksWith.get(word) ?? 0;
    const own = rarity(chunks, holding);
    if (holding > 0) add(word, times * own);
    for (const { term, likeness, chunksWith: others } of alike[at]!) {
      if (holding > 0 && likeness < leastOfKnown) continue;
      const share = holding > 0 ? worthOfForms * likeness ** 2 : likeness;
      add(term, times * share * Math.min(own, rarity(chunks, others)));
    }
  });
  return { gains: [...gains], averageLength, ...coverageBm25 };
};
