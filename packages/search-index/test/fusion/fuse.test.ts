import { describe, expect, test } from '@jest/globals';
import {
  type FusionWeights,
  fuseMinMax,
  fuseRanks,
  fuseZScores,
  lexicalTrust,
  type Pair,
  spreadOf,
} from '../../src/index.js';

const spreads = { dense: { mean: 0.5, deviation: 0.1 }, lexical: { mean: 2, deviation: 4 } };

describe('fuseZScores', () => {
  test.each<[rule: string, pair: Pair, weights: FusionWeights, score: number]>([
    [
      'both sides count by their weights',
      { dense: 0.7, lexical: 10 },
      { dense: 0.3, trust: 1 },
      0.3 * 2 + 0.7 * 2,
    ],
    ['at 1 the vectors alone count', { dense: 0.7, lexical: 10 }, { dense: 1, trust: 1 }, 2],
    ['at 0 the words alone count', { dense: 0.7, lexical: 10 }, { dense: 0, trust: 1 }, 2],
    ['distrusted words count less', { dense: 0.5, lexical: 10 }, { dense: 0.3, trust: 0.5 }, 0.7],
    [
      'a side that knows nothing says average',
      { dense: undefined, lexical: 6 },
      { dense: 0.3, trust: 1 },
      0.7,
    ],
    [
      'what of the question is in an opening is a part of the words',
      { dense: 0.5, lexical: 2, opening: 0.5 },
      { dense: 0.3, trust: 0.5, opening: 4 },
      0.7 * 0.5 * 2,
    ],
    ['no word at all is below average', { dense: 0.5, lexical: 0 }, { dense: 0.3, trust: 1 }, -0.35],
  ])('%s', (_, pair, weights, score) => {
    expect(fuseZScores([pair], spreads, weights)[0]).toBeCloseTo(score, 9);
  });

  test('a side whose scores are all equal says nothing', () => {
    const flat = { ...spreads, lexical: { mean: 3, deviation: 0 } };
    expect(fuseZScores([{ dense: 0.6, lexical: 3 }], flat, { dense: 0.5, trust: 1 })[0]).toBeCloseTo(0.5, 9);
  });
});

describe('fuseMinMax', () => {
  test('each side reaches from 0 to 1 over the candidates; unknown is 0', () => {
    const pairs = [
      { dense: 0.9, lexical: 0 },
      { dense: 0.5, lexical: 8 },
      { dense: undefined, lexical: 4 },
    ];
    const fused = fuseMinMax(pairs, { dense: 0.4, trust: 1 });
    [0.4, 0.6, 0.3].forEach((score, at) => {
      expect(fused[at]).toBeCloseTo(score, 9);
    });
  });

  test('a side with one value for all says nothing', () => {
    expect(fuseMinMax([{ dense: 0.3, lexical: 0 }], { dense: 0.5, trust: 1 })).toEqual([0]);
  });
});

describe('fuseRanks', () => {
  test('reciprocal ranks are added; equal scores share a rank; no match has none', () => {
    const pairs = [
      { dense: 0.9, lexical: 0 },
      { dense: 0.9, lexical: 5 },
      { dense: 0.1, lexical: 7 },
    ];
    expect(fuseRanks(pairs, { dense: 0.5, trust: 1 })).toEqual([
      0.5 / 61,
      0.5 / 61 + 0.5 / 62,
      0.5 / 63 + 0.5 / 61,
    ]);
  });
});

describe('lexicalTrust', () => {
  test.each([
    [0, 10, 0],
    [1.5, 10, 0.25],
    [3, 10, 1],
    [9, 10, 1],
    [0, 0, 0],
  ])('a best score of %d of %d is trusted to %d', (best, ideal, trust) => {
    expect(lexicalTrust(best, ideal)).toBeCloseTo(trust, 9);
  });
});

describe('spreadOf', () => {
  test.each<[number[], number, number]>([
    [[], 0, 0],
    [[5], 5, 0],
    [[1, 3], 2, 1],
    [[1, Number.NEGATIVE_INFINITY, 3], 2, 1],
    [[1e9 + 1, 1e9 + 3], 1e9 + 2, 1],
  ])('%j has mean %d and deviation %d', (scores, mean, deviation) => {
    expect(spreadOf(scores)).toEqual({ mean, deviation });
  });
});
