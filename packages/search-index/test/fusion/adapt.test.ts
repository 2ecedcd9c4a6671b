import { describe, expect, test } from '@jest/globals';
import { adapt, recognised } from '../../src/fusion/adapt.js';

const given = { dense: 0.3, feedback: 0.5 };
/** Five answers of which each scores so many. */
const level = (score: number) => [score, score, score, score, score];

describe('adapt', () => {
  test('five equal answers with some of the words: the shares as given', () => {
    const fitted = adapt({ scores: level(3), ideal: 10, terms: 4 }, given);
    expect(fitted.dense).toBeCloseTo(0.3, 9);
    expect(fitted.trust).toBe(1);
    expect(fitted.feedback).toBeCloseTo(0.5, 9);
  });

  test.each([
    [4.5, 4, 0.5],
    [6, 4, 0.25],
    [7.5, 4, 0],
    [7.5, 3, 0.25],
    [7.5, 2, 0.5],
  ])(
    'a best score of %d out of 10 for %d words leaves %d for the words of first answers',
    (best, terms, left) => {
      const fitted = adapt({ scores: level(best), ideal: 10, terms }, given);
      expect(fitted.feedback).toBeCloseTo(left, 9);
      expect(fitted.dense).toBeCloseTo(0.3, 9);
    },
  );

  test('the less the fifth scores, the less the vectors count', () => {
    const denseOf = (fifth: number) =>
      adapt({ scores: [3, 3, 3, 3, fifth], ideal: 10, terms: 4 }, given).dense;
    expect(denseOf(2)).toBeLessThan(denseOf(3));
    expect(denseOf(1)).toBeLessThan(denseOf(2));
    // Of one that stands alone a quarter counts as level: the vectors order what comes behind.
    expect(adapt({ scores: [3], ideal: 10, terms: 4 }, given).dense).toBeCloseTo(0.1875 / 0.8875, 9);
  });

  test('an accident among words that are hardly there takes nothing from the vectors', () => {
    const fitted = adapt({ scores: [0.1], ideal: 10, terms: 4 }, given);
    expect(fitted.trust).toBeLessThan(0.01);
    expect(fitted.dense).toBeCloseTo(0.3, 2);
  });

  test('without any answer by words the vectors count alone', () => {
    expect(adapt({ scores: [], ideal: 10, terms: 4 }, given)).toMatchObject({ trust: 0 });
    expect(adapt({ scores: [], ideal: 0, terms: 0 }, given)).toMatchObject({ trust: 0 });
  });

  test.each([0, 1])('a share of %d stays', (dense) => {
    expect(adapt({ scores: [9], ideal: 10, terms: 4 }, { ...given, dense }).dense).toBe(dense);
  });
});

test.each([
  [undefined, 1],
  [-1, 0],
  [0, 0],
  [0.75, 0.5],
  [1.5, 1],
  [3, 1],
])('words of an answer that the vectors set apart by %p deviations count %d', (deviations, counts) => {
  expect(recognised(deviations)).toBe(counts);
});
