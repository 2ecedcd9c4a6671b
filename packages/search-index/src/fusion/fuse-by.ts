import type { FusionMethod, FusionWeights, Pair, Spreads } from './fuse.js';
import { fuseMinMax, fuseRanks, fuseZScores } from './fuse.js';

/** One score of two, by any of the methods; how scores spread over the collection is asked only where it counts. */
export const fuseBy = (
  method: FusionMethod,
  pairs: readonly Pair[],
  weights: FusionWeights,
  spreads: () => Spreads,
): number[] => {
  switch (method) {
    case 'zscore':
      return fuseZScores(pairs, spreads(), weights);
    case 'minmax':
      return fuseMinMax(pairs, weights);
    case 'rrf':
      return fuseRanks(pairs, weights);
  }
};
