import { describe, expect, test } from '@jest/globals';
import { contextOf, estimateTokens } from '../src/context.js';
import { citationOf, passagesOf, type SearchResult } from '../src/index.js';

const source = 'Bees make honey. They store it in combs. Wax is made by young bees. Cows give milk.';

/** A result that holds the characters from `start` to `end` of the text above. */
const result = (rank: number, start: number, end: number, more: Partial<SearchResult> = {}): SearchResult =>
  ({
    rank,
    score: 10 - rank,
    dense: null,
    lexical: 1,
    chunkId: start,
    frame: 1,
    source: 'bees.md',
    start,
    end,
    headings: ['Honey'],
    metadata: {},
    text: source.slice(start, end),
    ...more,
  }) as SearchResult;

describe('passagesOf', () => {
  test('joins results that overlap or touch, in the order of the text, what they share once', () => {
    const passages = passagesOf([
      result(1, 30, 60, { lines: [2, 3] }),
      result(2, 0, 35, { lines: [1, 2] }),
      result(3, 60, 70, { lines: [3, 4] }),
    ]);
    expect(passages).toMatchObject([
      {
        rank: 1,
        score: 9,
        start: 0,
        end: 70,
        text: source.slice(0, 70),
        chunkIds: [0, 30, 60],
        lines: [1, 4],
      },
    ]);
  });

  test('keeps apart what has a gap, is of another source, or does not agree on what is shared', () => {
    const passages = passagesOf([
      result(1, 0, 10),
      result(2, 11, 20),
      result(3, 5, 15, { source: 'other.md' }),
      result(4, 15, 30, { text: 'something else.' }),
    ]);
    expect(passages.map(({ source: of, start, end }) => [of, start, end])).toEqual([
      ['bees.md', 0, 10],
      ['bees.md', 11, 20],
      ['other.md', 5, 15],
      ['bees.md', 15, 30],
    ]);
  });

  test('a result within another adds nothing but its rank', () => {
    expect(passagesOf([result(1, 5, 10), result(2, 0, 30)])).toMatchObject([
      { rank: 1, score: 9, start: 0, end: 30, text: source.slice(0, 30), chunkIds: [0, 5] },
    ]);
  });

  test('what could not be read is left out', () => {
    expect(passagesOf([result(1, 0, 10, { text: null, unreadable: { kind: 'differs', frame: 1 } })])).toEqual(
      [],
    );
  });
});

describe('contextOf', () => {
  const results = [result(1, 0, 40), result(2, 68, 83), result(3, 45, 60)];

  test('gives each passage under its citation, numbered', () => {
    const { text, passages, cut, leftOut } = contextOf(results, {});
    expect(text.startsWith(`[1] bees.md › Honey\n${source.slice(0, 40)}\n\n[2] bees.md › Honey\n`)).toBe(
      true,
    );
    expect([passages.length, cut, leftOut]).toEqual([3, false, 0]);
  });

  test.each([0, 16, 20, 25, 30, 40, 50, 1000])('never has more than %i tokens', (maxTokens) => {
    const context = contextOf(results, { maxTokens });
    expect(context.tokens).toBeLessThanOrEqual(maxTokens);
    expect(context.tokens).toBe(estimateTokens(context.text));
    expect(context.passages.length + context.leftOut).toBe(3);
  });

  test('cuts the first passage that does not fit at a space', () => {
    const long = result(1, 0, 0, { text: 'word '.repeat(200).trim(), end: 999 });
    const { text, cut, passages } = contextOf([long], { maxTokens: 100 });
    expect(cut).toBe(true);
    expect(text.endsWith('word')).toBe(true);
    expect(text.endsWith(passages[0]?.text ?? '')).toBe(true);
  });

  test.each([
    ['a script without spaces', `題\n${'蜂蜜と蝋'.repeat(200)}`],
    ['characters of several code units', '👩‍👩‍👧‍👦'.repeat(100)],
    ['one long word', 'x'.repeat(3000)],
  ])('cuts %s at a whole character, as far as there is room', (_what, given) => {
    const long = result(1, 0, given.length, { text: given });
    for (let maxTokens = 60; maxTokens < 80; maxTokens++) {
      const { tokens, passages } = contextOf([long], { maxTokens });
      const part = passages[0]?.text ?? '';
      expect([...new Intl.Segmenter().segment(given)].map(({ index }) => index)).toContain(part.length);
      expect(tokens).toBeGreaterThan(maxTokens - 10);
    }
  });

  test('of a passage that is cut cites the lines that are left', () => {
    const long = result(1, 0, 0, { text: 'One line.\n'.repeat(50), lines: [7, 56] });
    const { text, passages } = contextOf([long], { maxTokens: 60 });
    const last = 6 + (passages[0]?.text.split('\n').length ?? 0);
    expect(passages[0]?.lines).toEqual([7, last]);
    expect(last).toBeLessThan(30);
    expect(text).toContain(`[1] bees.md:7-${last} › Honey\n`);
  });

  test('cites a source in one line, whatever it is called', () => {
    const odd = result(1, 0, 10, { source: 'a\n\n[2] b\u001b.md', headings: [] });
    expect(contextOf([odd], {}).text.split('\n')[0]).toBe('[1] a [2] b .md');
  });

  test('counts with the tokenizer that it is given', () => {
    const words = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;
    const { tokens, text } = contextOf(results, { maxTokens: 12, countTokens: words });
    expect(tokens).toBe(words(text));
    expect(tokens).toBeLessThanOrEqual(12);
  });

  test('tells of texts that could not be read', () => {
    const unreadable = { kind: 'differs', frame: 7 } as const;
    expect(contextOf([result(1, 0, 10, { text: null, unreadable })], {})).toMatchObject({
      text: '',
      tokens: 0,
      unreadable: [unreadable],
    });
  });
});

describe('citationOf', () => {
  test.each([
    [
      { source: 'notes/bees.md', lines: [12, 20], headings: ['Honey', 'Making'] },
      'notes/bees.md:12-20 › Honey › Making',
    ],
    [{ source: 'a.txt', lines: [3, 3], headings: [] }, 'a.txt:3'],
    [{ source: 'book.pdf', page: 3, lines: [1, 9], headings: [] }, 'book.pdf, page 3'],
    [{ source: '', headings: [] }, '(no source)'],
  ] as const)('%j is cited as %s', (place, expected) => {
    expect(citationOf(place)).toBe(expected);
  });
});
