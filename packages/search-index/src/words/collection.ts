import { type Bm25Options, rarity, type WordQuestion } from './bm25.js';
import type { WordIndex } from './word-index.js';

/** What one index says about its chunks and some terms: numbers that add up over several indexes. */
export type WordCounts = {
  readonly chunks: number;
  /** Different terms of each chunk, summed. */
  readonly totalLength: number;
  /** By term, in the order asked: in how many chunks it is. */
  readonly chunksWith: readonly number[];
};

/** What rarity and length are measured by: all chunks that are searched, in however many indexes. */
export type Collection = {
  readonly chunks: number;
  readonly averageLength: number;
  readonly bm25: Bm25Options;
  /** By term; 0 and absent are the same. */
  readonly chunksWith: ReadonlyMap<string, number>;
};

/** Counts terms in one index. */
export const countTerms = (words: WordIndex, terms: readonly string[]): WordCounts => ({
  chunks: words.size,
  totalLength: words.totalLength,
  chunksWith: terms.map((term) => words.chunksWith(term)),
});

/** Sums up what several indexes say about the same terms. */
export const collectionOf = (
  terms: readonly string[],
  counts: readonly WordCounts[],
  bm25: Bm25Options,
): Collection => {
  const sum = (of: (one: WordCounts) => number): number => counts.reduce((so, one) => so + of(one), 0);
  const chunks = sum((one) => one.chunks);
  return {
    chunks,
    averageLength: chunks === 0 ? 0 : sum(({ totalLength }) => totalLength) / chunks,
    bm25,
    chunksWith: new Map(terms.map((term, at) => [term, sum(({ chunksWith }) => chunksWith[at] ?? 0)])),
  };
};

/** A collection with counts of more terms. */
export const withCounts = (
  collection: Collection,
  counts: Iterable<readonly [term: string, chunksWith: number]>,
): Collection => {
  const chunksWith = new Map(collection.chunksWith);
  for (const [term, count] of counts) chunksWith.set(term, count);
  return { ...collection, chunksWith };
};

/** How much a term of a collection tells: the rarer, the more. */
export const rarityIn =
  ({ chunks, chunksWith }: Collection): ((term: string) => number) =>
  (term) =>
    rarity(chunks, chunksWith.get(term) ?? 0);

/** What weighted terms are worth in a collection; terms that are not in it are left out. */
export const wordQuestion = (
  { chunks, averageLength, bm25: { k1, b }, chunksWith }: Collection,
  weights: ReadonlyMap<string, number>,
): WordQuestion => ({
  gains: [...weights].flatMap(([term, weight]): [string, number][] => {
    const holding = chunksWith.get(term) ?? 0;
    return holding === 0 ? [] : [[term, weight * rarity(chunks, holding) * (k1 + 1)]];
  }),
  averageLength,
  k1,
  b,
});

/**
 * What all of a question's words together are worth, those included that are not in the collection. Times `k1` + 1 it is
 * the BM25 score that a chunk which holds all very often comes near.
 */
export const questionWorth = (collection: Collection, question: ReadonlyMap<string, number>): number => {
  const rarityOf = rarityIn(collection);
  let sum = 0;
  for (const [term, times] of question) sum += times * rarityOf(term);
  return sum;
};
