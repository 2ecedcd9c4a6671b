import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytesPerRow, packRows, unpackRows } from '../../src/vectors/storage.js';

describe('packRows', () => {
  test.each([
    ['int8', 127],
    ['int6', 31],
    ['int4', 7],
  ] as const)('%s: integers of any number of dimensions come back', (storage, largest) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.nat({ max: 5 }),
        fc.infiniteStream(fc.integer({ min: -largest, max: largest })),
        (dimensions, count, values) => {
          const rows = Int8Array.from({ length: dimensions * count }, () => values.next().value);
          const bytes = packRows(storage, rows, dimensions);
          expect(bytes).toHaveLength(count * bytesPerRow(storage, dimensions));
          expect(unpackRows(storage, bytes, dimensions, count)).toEqual(rows);
        },
      ),
    );
  });

  test.each([
    ['float32', 2048],
    ['float16', 1024],
    ['int8', 512],
    ['int6', 384],
    ['int4', 256],
  ] as const)('a row of 512 dimensions as %s takes %d bytes', (storage, bytes) => {
    expect(bytesPerRow(storage, 512)).toBe(bytes);
  });
});
