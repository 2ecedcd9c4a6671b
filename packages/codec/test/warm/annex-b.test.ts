import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accessUnitDelimiter, readAvcConfig, toAnnexB } from '../../src/warm/annex-b.js';

const start = [0, 0, 0, 1];
// Version, profile, compatibility, level, length size - 1, one set of 2 bytes, two sets of 1 byte.
const description = Uint8Array.from([1, 100, 0, 12, 0xfd, 0xe1, 0, 2, 7, 8, 2, 0, 1, 9, 0, 1, 10]);

describe('the configuration of an H.264 track', () => {
  test('gives the parameter sets as a stream and the length of lengths', () => {
    const config = readAvcConfig(description);
    expect(config?.lengthBytes).toBe(2);
    expect([...(config?.parameterSets ?? [])]).toEqual([...start, 7, 8, ...start, 9, ...start, 10]);
  });

  test('is refused when cut short anywhere, or of another version', () => {
    for (let length = 0; length < description.length; length++)
      expect(readAvcConfig(description.subarray(0, length))).toBeUndefined();
    expect(readAvcConfig(description.with(0, 2))).toBeUndefined();
  });
});

describe('a packet as a stream', () => {
  const config = { parameterSets: Uint8Array.of(1, 2), lengthBytes: 2 };

  test('has the parameter sets first, a start code for each length, and a delimiter last', () => {
    const unit = toAnnexB(Uint8Array.of(0, 3, 11, 12, 13, 0, 1, 14), config);
    expect([...(unit ?? [])]).toEqual([1, 2, ...start, 11, 12, 13, ...start, 14, ...accessUnitDelimiter]);
  });

  test('is refused when a length reaches past its end', () => {
    expect(toAnnexB(Uint8Array.of(0, 3, 11, 12), config)).toBeUndefined();
    expect(toAnnexB(Uint8Array.of(0), config)).toBeUndefined();
  });

  test('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (bytes, lengthBytes) => {
        toAnnexB(bytes, { ...config, lengthBytes });
        readAvcConfig(bytes);
      }),
    );
  });
});
