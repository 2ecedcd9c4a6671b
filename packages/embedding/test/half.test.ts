import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toHalves } from '../src/default-model/half.js';

/** The number that 16 bits stand for. */
const fromHalf = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};
const half = (value: number): number => toHalves(Float32Array.of(value))[0] ?? 0;

describe('toHalves', () => {
  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [Number.NaN, 0x7e00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000], // halfway between 0 and the smallest: to even
    [3 * 2 ** -25, 0x0002], // halfway between the two smallest: to even
    [1 + 2 ** -11, 0x3c00], // halfway: to even
    [1 + 3 * 2 ** -11, 0x3c02],
  ])('%d is %d', (value, bits) => {
    expect(half(value)).toBe(bits);
  });

  test('every half-precision number survives', () => {
    const all = Array.from({ length: 0x7c00 }, (_, bits) => bits);
    expect([...toHalves(Float32Array.from(all, fromHalf))]).toEqual(all);
  });

  test('no neighbour is nearer', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const bits = half(value);
        const distance = Math.abs(fromHalf(bits) - value);
        for (const neighbour of [bits - 1, bits + 1].filter(
          (other) => (other & 0x7fff) < 0x7c00 && other >= 0,
        ))
          if ((neighbour & 0x8000) === (bits & 0x8000))
            expect(distance).toBeLessThanOrEqual(Math.abs(fromHalf(neighbour) - value));
      }),
    );
  });
});
