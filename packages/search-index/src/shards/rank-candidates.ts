// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import type { FusionMethod, FusionWeights } from '../fusion/fuse.js';
import { fuseBy } from '../fusion/fuse-by.js';
import { type Scored, TopK } from '../top-k.js';
import type { BothSides } from './both-sides.js';

/** A candidate by its fused score, with what both sides say of it. */
export type Answer = Scored & { readonly dense: number | null; readonly lexical: number };

/** How candidates are ranked: the shares of the sides, and what the question's words can reach. */
export type RankedBy = FusionWeights & { readonly method: FusionMethod; readonly reachable: number };

/**
 * The best of all candidates by their fused scores.
 *
 * @param ahead the place of one that goes before all others
 */
export const rankCandidates = (
  { places, candidates, spreads }: BothSides,
  { method, reachable, ...weights }: RankedBy,
  k: number,
  ahead?: number,
): Answer[] => {
  const pairs = candidates.map(({ dense, coverage, wide, opening }) => ({
    dense,
    lexical: wide,
    coverage,
    // Two words spelled like one of the question are not more than that one.
    opening: reachable > 0 ? Math.min(1, opening / reachable) : 0,
  }));
  const fused = fuseBy(method, pairs, weights, () => spreads);
  const first = ahead === undefined ? -1 : places.indexOf(ahead);
  if (first >= 0) fused[first] = Math.max(fused[first]!, justAbove(fused));
  const best = new TopK(k);
  for (const [at, place] of places.entries()) best.offer(place, fused[at]!);
  return best.ranked().map((scored) => {
    const { dense, plain } = candidates[places.indexOf(scored.slot)]!;
    return { ...scored, dense: dense ?? null, lexical: plain };
  });
};

/** The least that beats all scores, equal ones included, whatever their size. */
const justAbove = (scores: readonly number[]): number => {
  const best = scores.reduce((a, b) => Math.max(a, b), 0);
  return best + Math.max(best, 1) * 1e-12;
};
