import { expect, test } from '@jest/globals';
import { packBits } from '../../src/qr/pack-bits.js';

test('eight pixels are a byte, the first in the highest bit, 1 for the light half', () => {
  const bits = new Uint8Array(2).fill(0x55); // what was there before does not show
  packBits(Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 255, 127, 128, 0, 0, 0, 0, 255, 0), bits);
  expect([...bits]).toEqual([0b10000001, 0b01000010]);
});
