import { describe, expect, test } from '@jest/globals';
import { floatToHalf, halfToFloat } from '../../src/vectors/storage.js';

describe('floatToHalf', () => {
  test.each([
    [0, 0],
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [65_519, 0x7bff],
    [65_520, 0x7c00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [2 ** -25 * 1.001, 1],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
  ])('%d is %d', (value, half) => {
    expect(floatToHalf(value)).toBe(half);
  });

  test('every half that is a number comes back as itself', () => {
    const wrong: number[] = [];
    for (let half = 0; half < 0x10000; half += 1) {
      const value = halfToFloat(half);
      if (!Number.isNaN(value) && floatToHalf(value) !== half) wrong.push(half);
    }
    expect(wrong).toEqual([]);
  });
});
