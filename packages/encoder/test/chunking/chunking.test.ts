import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChunkingOptions, chunkStream, chunkText, type TextChunk } from '../../src/index.js';

const joined = (chunks: readonly TextChunk[]): string =>
  chunks.map(({ text, overlap }) => text.slice(overlap)).join('');
const texts = (chunks: readonly TextChunk[]): string[] => chunks.map(({ text }) => text);
/** Whether every surrogate has its other half. */
const isWellFormed = (piece: string): boolean => !/\p{Surrogate}/u.test(piece);
const collect = async (chunks: AsyncIterable<TextChunk>): Promise<TextChunk[]> => {
  const all: TextChunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
};

/** Prose, code, emoji, CJK, right-to-left, NULs, lone newlines and lone surrogates. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ' ',
        '. ',
        '\n',
        '\n\n',
        '\r\n\r\n',
        '。',
        '😀',
        '\u0000',
        '\ud83d',
        '\ude00',
        'שלום ',
        '# A\n',
        '## B\n',
        '```\n',
      ),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ minLength: 30, maxLength: 90 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));
const options = fc
  .integer({ min: 16, max: 120 })
  .chain((chunkSize) =>
    fc.record({ chunkSize: fc.constant(chunkSize), overlap: fc.integer({ min: 0, max: chunkSize >> 1 }) }),
  );

describe('chunkText', () => {
  test('concatenation minus overlap gives the text back, whatever it is', () => {
    fc.assert(
      fc.property(text, options, (whole, how) => {
        expect(joined(chunkText(whole, how))).toBe(whole);
      }),
    );
  });

  test('offsets, lengths, overlaps and lines are those of the text', () => {
    fc.assert(
      fc.property(text, options, (whole, how) => {
        let before = 0;
        for (const chunk of chunkText(whole, how)) {
          expect(whole.slice(chunk.start, chunk.end)).toBe(chunk.text);
          expect(chunk.start + chunk.overlap).toBe(before);
          expect(chunk.end).toBeGreaterThan(before);
          expect(chunk.text.length).toBeLessThanOrEqual(how.chunkSize);
          expect(chunk.overlap).toBeLessThanOrEqual(how.overlap);
          expect(chunk.firstLine).toBe(whole.slice(0, chunk.start).split('\n').length);
          expect(chunk.lastLine).toBe(whole.slice(0, chunk.end - 1).split('\n').length);
          before = chunk.end;
        }
        expect(before).toBe(whole.length);
      }),
    );
  });

  test('no surrogate pair is parted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), options, (whole, how) => {
        for (const { text: piece } of chunkText(whole, how)) expect(isWellFormed(piece)).toBe(true);
      }),
    );
  });

  test.each([
    [
      'a paragraph end',
      'One is here. Two is.\n\nThree is here now, and so is four, yes.',
      'One is here. Two is.\n\n',
    ],
    [
      'a sentence end',
      'One is here, in a row. Three is here now, and so is four.',
      'One is here, in a row. ',
    ],
    [
      'a Chinese sentence end',
      '一二三四五六七八九十一二三四五六七八九。一二三四五六七八九十一二三四五六七八九十',
      '一二三四五六七八九十一二三四五六七八九。',
    ],
    ['a line end', 'one is here in a row\nthree is here now and so is four', 'one is here in a row\n'],
    ['a word end', 'one is here in a row and three is here now and so', 'one is here in a row and three '],
    ['anywhere in a word', 'x'.repeat(100), 'x'.repeat(32)],
  ])('cuts at %s where there is nothing better', (_where, whole, first) => {
    expect(texts(chunkText(whole, { chunkSize: 32, overlap: 0 }))[0]).toBe(first);
  });

  test('the overlap begins at a word', () => {
    const [, second] = chunkText('one is here in a row and three is here now and so', {
      chunkSize: 32,
      overlap: 8,
    });

    expect(second?.text.slice(0, second.overlap)).toBe('three ');
  });

  test.each([
    ['as long as a chunk', 32, 1],
    ['one code unit longer', 33, 2],
    ['empty', 0, 0],
  ])('a text that is %s gives the chunks it needs', (_what, length, count) => {
    expect(chunkText('x'.repeat(length), { chunkSize: 32, overlap: 0 })).toHaveLength(count);
  });

  test('headings are the path above the first new words; code has none', () => {
    const whole =
      '# Book\n\nIntroduction, some words.\n\n## One\n\n```\n# no heading\n```\n\nText of one, some.\n\n# Two\n\nEnd of it all, here.\n';
    const found = chunkText(whole, { chunkSize: 40, overlap: 0 }).map(({ text: piece, headings }) => [
      piece.trim().slice(0, 12),
      headings,
    ]);

    expect(found).toEqual([
      ['# Book\n\nIntr', ['Book']],
      ['## One\n\n```\n', ['Book', 'One']],
      ['Text of one,', ['Book', 'One']],
      ['End of it al', ['Two']],
    ]);
  });

  test.each<[string, ChunkingOptions]>([
    ['chunkSize: expected an integer from 16 to 1000000, got 15', { chunkSize: 15 }],
    ['overlap: expected an integer up to half of chunkSize (16), got 17', { chunkSize: 32, overlap: 17 }],
    ['overlap: expected an integer from 0 to 500000, got -1', { overlap: -1 }],
    ['size: expected no option of this name, got 5', { size: 5 } as ChunkingOptions],
  ])('%s', (message, how) => {
    expect(() => chunkText('', how)).toThrow(message);
  });

  test('10 MB without a space take time in proportion to their length', () => {
    const time = (megabytes: number) => {
      const whole = 'x'.repeat(megabytes * 1_000_000);
      // Of the processor, not of the clock: others use it too.
      const start = process.cpuUsage();
      expect(chunkText(whole).at(-1)?.end).toBe(whole.length);
      return process.cpuUsage(start).user / 1000;
    };
    time(1);
    const one = time(1);

    expect(time(10)).toBeLessThan(one * 20 + 100);
  });
});

describe('chunkStream', () => {
  test('gives the same chunks in whatever pieces the text comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        options,
        fc.array(fc.nat({ max: 400 }), { maxLength: 8 }),
        async (whole, how, cuts) => {
          const at = [
            0,
            ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b),
            whole.length,
          ];
          const pieces = at.slice(1).map((end, i) => whole.slice(at[i], end));

          expect(await collect(chunkStream(pieces, how))).toEqual(chunkText(whole, how));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('holds no more than a piece: a chunk comes before the next piece is asked for', async () => {
    let asked = 0;
    async function* pieces() {
      for (; asked < 1000; asked++) yield 'word '.repeat(100);
    }
    const chunks = chunkStream(pieces(), { chunkSize: 256 });
    await chunks.next();

    expect(asked).toBeLessThan(2);
    await chunks.return();
  });
});
