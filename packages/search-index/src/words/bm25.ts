// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { isInOpening, timesOf } from './postings.js';
import type { WordIndex } from './word-index.js';

/** How much a repeated word and a chunk's length count. */
export type Bm25Options = {
  /** From 0 (a word counts once) upwards; where the worth of repeats saturates. */
  readonly k1: number;
  /** From 0 (length does not matter) to 1 (fully discounted). */
  readonly b: number;
};

/** Terms and what each is worth, which depends on the whole collection and not on the index that is asked. */
export type WordQuestion = Bm25Options & {
  readonly gains: readonly (readonly [term: string, gain: number])[];
  /** Different terms in a chunk of the collection, on average. */
  readonly averageLength: number;
};

/** Rare terms tell more: MiniSearch's inverse document frequency, never negative. */
export const rarity = (chunkCount: number, chunksWithTerm: number): number =>
  Math.log(1 + (chunkCount - chunksWithTerm + 0.5) / (chunksWithTerm + 0.5));

/**
 * BM25 of every chunk, by slot; 0 where no term matches.
 *
 * The scores are MiniSearch's (a property test compares them), computed on typed arrays: docs/decisions/0146.
 */
export const scoreBm25 = (words: WordIndex, { gains, averageLength, k1, b }: WordQuestion): Float64Array => {
  const scores = new Float64Array(words.size);
  const known = gains.flatMap(([term, gain]): [number, number][] => {
    const id = words.termId(term);
    return id === undefined ? [] : [[id, gain]];
  });
  if (known.length === 0) return scores;
  const { starts, columns, counts } = words.inverted;
  const saturation = words.norms.of(k1, b, averageLength);
  for (const [term, gain] of known)
    for (let at = starts[term]!; at < starts[term + 1]!; at += 1) {
      const slot = columns[at]!;
      const count = timesOf(counts[at]!);
      scores[slot]! += (gain * count) / (count + saturation[slot]!);
    }
  return scores;
};

/** Of every chunk, by slot: what the question's terms that are in its opening are worth. */
export const scoreOpenings = (words: WordIndex, { gains }: WordQuestion): Float64Array => {
  const scores = new Float64Array(words.size);
  const { starts, columns, counts } = words.inverted;
  for (const [term, gain] of gains) {
    const id = words.termId(term);
    if (id === undefined) continue;
    for (let at = starts[id]!; at < starts[id + 1]!; at += 1)
      if (isInOpening(counts[at]!)) scores[columns[at]!]! += gain;
  }
  return scores;
};
