// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import type { WordIndex } from './word-index.js';

/** How much a repeated word and a chunk's length count. */
export type Bm25Options = {
  /** From 0 (a word counts once) upwards; where the worth of repeats saturates. */
  readonly k1: number;
  /** From 0 (length does not matter) to 1 (fully discounted). */
  readonly b: number;
};

/** What a question asks for: how much each term counts, by term id. */
export type TermWeights = ReadonlyMap<number, number>;

/** Rare terms tell more: MiniSearch's inverse document frequency, never negative. */
export const rarity = (chunkCount: number, chunksWithTerm: number): number =>
  Math.log(1 + (chunkCount - chunksWithTerm + 0.5) / (chunksWithTerm + 0.5));

/**
 * BM25 of every chunk, by slot; 0 where no term matches.
 *
 * The scores are MiniSearch's (a property test compares them), computed on typed arrays: docs/decisions/0146.
 */
export const scoreBm25 = (words: WordIndex, weights: TermWeights, { k1, b }: Bm25Options): Float64Array => {
  const scores = new Float64Array(words.size);
  if (weights.size === 0) return scores;
  const { starts, columns, counts } = words.inverted;
  const saturation = words.saturation(k1, b);
  for (const [term, weight] of weights) {
    const from = starts[term]!;
    const to = starts[term + 1]!;
    const gain = weight * rarity(words.size, to - from) * (k1 + 1);
    for (let at = from; at < to; at += 1) {
      const slot = columns[at]!;
      const count = counts[at]!;
      scores[slot]! += (gain * count) / (count + saturation[slot]!);
    }
  }
  return scores;
};
