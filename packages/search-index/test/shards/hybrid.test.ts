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
});
