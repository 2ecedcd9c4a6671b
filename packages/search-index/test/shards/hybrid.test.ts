import { describe, expect, test } from '@jest/globals';
import { SearchIndex } from '../../src/index.js';

/** A collection in which the words "jet noise" are met by seats and by acoustics alike, and what else is said of both. */
const indexWith = (about: 'acoustics' | 'seats' | 'neither'): SearchIndex => {
  const vectorOf = (topic: string): Float32Array => Float32Array.of(topic === about ? 1 : 0.1, 1, 0.2);
  const index = new SearchIndex({ dimensions: 3 });
  const add = (text: string, topic = ''): void =>
    index.add({ id: index.size, frame: 0, text, vectors: [vectorOf(topic)] });
  add('jet seats leather cabin', 'seats');
  add('jet acoustics turbulence exhaust', 'acoustics');
  add('leather cabin');
  add('turbulence exhaust');
  for (const filler of [
    'bread oven',
    'river bank',
    'queen hive',
    'violin string',
    'snow glacier',
    'court appeal',
  ])
    add(filler);
  return index;
};

const scoresOf = (
  index: SearchIndex,
): { readonly leather: number; readonly turbulence: number; readonly bread: number } => {
  const hits = index.search({ text: 'jet noise', vector: Float32Array.of(1, 0, 0), k: 10 });
  const scoreOf = (id: number): number => hits.find(({ chunk }) => chunk.id === id)?.score ?? Number.NaN;
  return { leather: scoreOf(2), turbulence: scoreOf(3), bread: scoreOf(4) };
};

describe('hybrid search', () => {
  test.each(['acoustics', 'seats'] as const)(
    'of two answers by words the one that the vectors prefer widens the question: %s',
    (about) => {
      const { leather, turbulence } = scoresOf(indexWith(about));
      if (about === 'acoustics') expect(turbulence).toBeGreaterThan(leather);
      else expect(leather).toBeGreaterThan(turbulence);
    },
  );

  test('words of answers that the vectors know nothing of are not added', () => {
    const { leather, turbulence, bread } = scoresOf(indexWith('neither'));
    expect([leather, turbulence]).toEqual([bread, bread]);
  });

  const near = Float32Array.of(1, 0, 0);
  const listed = (texts: readonly { readonly text: string; readonly offset?: number }[]): SearchIndex => {
    const index = new SearchIndex({ dimensions: 3 });
    for (const [id, given] of texts.entries()) index.add({ id, frame: 0, vectors: [near], ...given });
    return index;
  };
  const long = 'one two three four five six seven eight nine ten eleven twelve thirteen';

  test('of texts with the same words the one that opens with them comes first, whoever was added first', () => {
    const index = listed([
      { text: `${long} violin string` },
      { text: `violin string ${long}`, offset: 1000 },
      { text: `violin string ${long}` },
      { text: 'bread oven' },
    ]);
    const ask = (openingWeight: number): number[] =>
      index
        .search({ text: 'violin string', vector: near, fusion: { openingWeight } })
        .map(({ chunk }) => chunk.id);

    expect(ask(4)[0]).toBe(2);
    expect(ask(0).slice(0, 3)).toEqual([0, 1, 2]);
    expect(index.search({ text: 'violin string', mode: 'lexical' })[0]?.chunk.id).toBe(0);
  });

  test('the first answer stays the first, whatever its words draw up; without adapt it need not', () => {
    const echo = 'leather cabin window curtain carpet lamp';
    const index = listed([
      { text: `jet noise ${echo}`, offset: 1 },
      ...Array.from({ length: 3 }, () => ({ text: `noise ${`${echo} `.repeat(9)}`, offset: 1 })),
      ...['bread oven', 'river bank', 'queen hive', 'snow glacier'].map((text) => ({ text, offset: 1 })),
    ]);
    const first = (adapt: boolean): number | undefined =>
      index.search({
        text: 'jet noise',
        vector: near,
        fusion: { adapt, coverage: false, feedback: { weight: 0.99 } },
      })[0]?.chunk.id;

    expect(first(true)).toBe(0);
    expect(first(false)).not.toBe(0);
  });

  test.each([
    ['a slip of the pen', 'encrpytion'],
    ['another form of the word', 'decryption'],
    ['a name with one part less', 'encryptor'],
  ])('finds what is spelled alike: %s', (_, text) => {
    const index = listed([{ text: 'bread oven' }, { text: 'how encryption works' }, { text: 'river bank' }]);
    const ask = (coverage: false | { readonly variants?: number }): number[] =>
      index.search({ text, vector: near, fusion: { coverage } }).map(({ chunk }) => chunk.id);

    expect(ask({})[0]).toBe(1);
    expect(ask(false)).toEqual([0, 1, 2]);
    expect(ask({ variants: 0 })).toEqual([0, 1, 2]);
  });

  test('the word itself goes before one that is spelled alike, and numbers are never alike', () => {
    const index = listed([
      { text: 'plates of 1984' },
      { text: 'plating of 1985' },
      { text: 'bread oven' },
      { text: 'river bank' },
    ]);
    const ask = (text: string): (readonly [number, number])[] =>
      index.search({ text, vector: near }).map(({ chunk, score }) => [chunk.id, score] as const);

    expect(ask('plates').map(([id]) => id)).toEqual([0, 1, 2, 3]);
    const years = ask('1984');
    expect(years[0]?.[0]).toBe(0);
    expect(new Set(years.slice(1).map(([, score]) => score)).size).toBe(1);
  });

  test('of two texts the one that covers more of the question goes before the one that repeats a part of it', () => {
    const index = listed([
      { text: 'violin violin violin bow', offset: 1 },
      { text: 'violin string bow', offset: 1 },
      ...['bread oven', 'river string', 'queen hive', 'snow glacier'].map((text) => ({ text, offset: 1 })),
    ]);
    const first = (coverage: false | object): number | undefined =>
      index.search({ text: 'violin string', vector: near, fusion: { coverage, feedback: false } })[0]?.chunk
        .id;

    expect(first({})).toBe(1);
    expect(first(false)).toBe(0);
  });
});
