import fc from 'fast-check';
import type { IndexEntry } from '../src/index.js';

/** An entry with all that a test does not name filled in. */
export const entry = (id: number, given: Partial<IndexEntry> = {}): IndexEntry => ({
  id,
  frame: id,
  text: `chunk ${id}`,
  vectors: [Float32Array.of(1, 0, 0)],
  ...given,
});

/** Vectors without NaN and of moderate size, as models make them. */
export const vectorOf = (dimensions: number): fc.Arbitrary<Float32Array> =>
  fc.float32Array({ minLength: dimensions, maxLength: dimensions, min: -8, max: 8, noNaN: true });

const words = ['bee', 'honey', 'wing', 'flow', 'heat', 'plate', 'the', 'Ünder', '蜂蜜', 'x1', 'running'];
const text = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' ')),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

/** Entries with distinct ids, some with several windows or none, some with metadata. */
export const entriesOf = (dimensions: number, maxLength = 25): fc.Arbitrary<IndexEntry[]> =>
  fc.uniqueArray(
    fc.record(
      {
        id: fc.nat({ max: 0xffff_ffff }),
        frame: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 0xffff_ffff })),
        source: fc.oneof(fc.constantFrom('a.txt', 'b.md'), fc.string({ unit: 'binary', maxLength: 8 })),
        offset: fc.nat({ max: 0xffff_ffff }),
        lines: fc
          .tuple(fc.integer({ min: 1, max: 0xffff_ffff }), fc.nat({ max: 9 }))
          .map(([first, more]): readonly [number, number] => [first, Math.min(first + more, 0xffff_ffff)]),
        headings: fc.array(fc.constantFrom('A', 'B ü', ''), { minLength: 1, maxLength: 3 }),
        page: fc.integer({ min: 1, max: 0xffff_ffff }),
        metadata: fc.dictionary(
          fc.string({ maxLength: 4 }),
          fc.oneof(fc.string(), fc.integer(), fc.boolean()),
          {
            maxKeys: 3,
            noNullPrototype: true,
          },
        ),
        snippet: fc.string({ maxLength: 10 }),
        text,
        vectors: fc.array(vectorOf(dimensions), { maxLength: 3 }),
      },
      { requiredKeys: ['id', 'frame', 'text', 'vectors'] },
    ),
    { selector: ({ id }) => id, maxLength },
  );
