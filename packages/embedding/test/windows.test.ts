import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { segments } from '../src/tokenizer/segments.js';
import { meanOfWindows, windowSpans } from '../src/windows.js';

describe('windowSpans', () => {
  test.each([
    [0, [[0, 0]]],
    [1, [[0, 1]]],
    [128, [[0, 128]]],
    [
      129,
      [
        [0, 128],
        [1, 129],
      ],
    ],
    [
      224,
      [
        [0, 128],
        [96, 224],
      ],
    ],
    [
      225,
      [
        [0, 128],
        [96, 224],
        [97, 225],
      ],
    ],
  ])('%i tokens in windows of 128 that share 32', (count, expected) => {
    expect(windowSpans(count, 128, 32).map(({ start, end }) => [start, end])).toEqual(expected);
  });

  test('every token lies in a window, none is longer than the window, and neighbours share at least the overlap', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 1, max: 300 }), fc.nat(299), (count, size, wanted) => {
        const overlap = Math.min(wanted, size - 1);
        const spans = windowSpans(count, size, overlap);
        let covered = 0;
        let sound = true;
        for (const [i, { start, end }] of spans.entries()) {
          sound &&= start <= (i === 0 ? 0 : covered - overlap) && end - start <= size && end >= covered;
          covered = end;
        }
        expect(sound).toBe(true);
        expect(covered).toBe(count);
      }),
    );
  });
});

describe('meanOfWindows', () => {
  test('is the mean brought to length 1', () => {
    const mean = meanOfWindows([Float32Array.of(1, 0), Float32Array.of(0, 1)]);
    expect([...mean].map((x) => x.toFixed(4))).toEqual(['0.7071', '0.7071']);
  });
  test('keeps the mean’s length where that is asked for', () => {
    expect([...meanOfWindows([Float32Array.of(1, 0), Float32Array.of(0, 1)], { normalize: false })]).toEqual([
      0.5, 0.5,
    ]);
  });
  test('answers a single vector as it is', () => {
    const vector = Float32Array.of(3, 4);
    expect(meanOfWindows([vector])).toBe(vector);
  });
  test('of no vectors is an error', () => {
    expect(() => meanOfWindows([])).toThrow(RangeError);
  });
});

describe('segments', () => {
  test('lose nothing but the spaces at which they are cut, and split no surrogate pair', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 2, max: 50 }),
        (text, limit) => {
          const parts = segments(text, limit);
          let at = 0;
          for (const part of parts) {
            if (!text.startsWith(part, at)) at += 1;
            expect(text.slice(at, at + part.length)).toBe(part);
            at += part.length;
            expect(part.length).toBeLessThanOrEqual(limit);
            expect(part).not.toMatch(/[\ud800-\udbff]$/);
          }
          expect(text.length - at).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
  test('end at a space where there is one', () => {
    expect(segments('one two three', 8)).toEqual(['one two', 'three']);
  });
});
