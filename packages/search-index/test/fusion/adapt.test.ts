import { describe, expect, test } from '@jest/globals';
import { adapt } from '../../src/fusion/adapt.js';

const given = { dense: 0.3, feedback: 0.5 };
/** Five answers of which each scores so many. */
const level = (score: number) => [score, score, score, score, score];

describe('adapt', () => {
  test('five equal answers with some of the words: the shares as given', () => {
    const fitted = adapt({ scores: level(3), ideal: 10 }, given);
    expect(fitted.dense).toBeCloseTo(0.3, 9);
    expect(fitted.trust).toBe(1);
    expect(fitted.feedback).toBeCloseTo(0.5, 9);
  });

  test('one that holds all of the words: half of the vectors and three tenths of the feedback are left', () => {
    const fitted = adapt({ scores: level(9), ideal: 10 }, given);
    expect(fitted.dense).toBeCloseTo(0.15 / 0.85, 9);
    expect(fitted.feedback).toBeCloseTo(0.15, 9);
  });

  test('the less the fifth scores, the less the vectors count', () => {
    const denseOf = (fifth: number) => adapt({ scores: [3, 3, 3, 3, fifth], ideal: 10 }, given).dense;
    expect(denseOf(2)).toBeLessThan(denseOf(3));
    expect(denseOf(1)).toBeLessThan(denseOf(2));
    // A quarter is always left: the vectors order what comes behind.
    expect(adapt({ scores: [3], ideal: 10 }, given).dense).toBeCloseTo(0.075 / 0.775, 9);
  });

  test('an accident among words that are hardly there takes nothing from the vectors', () => {
    const fitted = adapt({ scores: [0.1], ideal: 10 }, given);
    expect(fitted.trust).toBeLessThan(0.01);
    expect(fitted.dense).toBeCloseTo(0.3, 2);
  });

  test('without any answer by words the vectors count alone', () => {
    expect(adapt({ scores: [], ideal: 10 }, given)).toMatchObject({ trust: 0 });
    expect(adapt({ scores: [], ideal: 0 }, given)).toMatchObject({ trust: 0 });
  });

  test.each([0, 1])('a share of %d stays', (dense) => {
    expect(adapt({ scores: [9], ideal: 10 }, { ...given, dense }).dense).toBe(dense);
  });
});
