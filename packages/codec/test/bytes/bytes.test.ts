import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { crc32, tableCrc32 } from '../../src/bytes/crc32.js';
import { VarintReader, VarintWriter } from '../../src/bytes/varint.js';

describe('crc32', () => {
  test('gives the check value of the standard', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
    expect(tableCrc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });

  test('of a whole is that of its parts, one continued from the other', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
        expect(crc32(second, crc32(first))).toBe(crc32(Buffer.concat([first, second])));
      }),
    );
  });
});

describe('varints', () => {
  test('come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat()), (numbers) => {
        const writer = new VarintWriter();
        for (const number of numbers) writer.write(number);
        const reader = new VarintReader(writer.bytes());
        expect(numbers.map(() => reader.read())).toEqual(numbers);
        expect(reader.rest()).toHaveLength(0);
      }),
    );
  });

  test.each([
    ['no bytes', []],
    ['bytes that end too soon', [0x80]],
    ['a number above 2^53 - 1', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a number without end', Array.from({ length: 20 }, () => 0x80)],
  ])('%s give no number', (_, bytes) => {
    expect(new VarintReader(Uint8Array.from(bytes)).read()).toBeUndefined();
  });
});
