import { describe, expect, test } from '@jest/globals';
import { IndexOptionError, type IndexOptions, SearchIndex, type SearchRequest } from '../src/index.js';
import { entry } from './entries.js';

const x = Float32Array.of(1, 0, 0);
const y = Float32Array.of(0, 1, 0);
const z = Float32Array.of(0, 0, 1);

const animals = (): SearchIndex => {
  const index = new SearchIndex({ dimensions: 3, storage: 'float32' });
  index.add(entry(10, { text: 'Bees make honey in their hive.', vectors: [x], source: 'bees', frame: 0 }));
  index.add(entry(11, { text: 'Cows give milk.', vectors: [y], source: 'cows', frame: 0 }));
  index.add(entry(12, { text: 'Spiders weave webs.', vectors: [z], source: 'spiders', frame: 1 }));
  return index;
};
const idsOf = (index: SearchIndex, request: SearchRequest): number[] =>
  index.search(request).map(({ chunk }) => chunk.id);

describe('SearchIndex.search', () => {
  test('dense: the nearest come first, with their cosine; words are not asked', () => {
    const [first, second] = animals().search({ mode: 'dense', vector: Float32Array.of(0.1, 1, 0), k: 2 });
    expect(first).toMatchObject({ rank: 1, lexical: null, chunk: { id: 11, source: 'cows', frame: 0 } });
    expect(first?.dense).toBeCloseTo(1 / Math.hypot(1, 0.1), 5);
    expect(second).toMatchObject({ rank: 2, chunk: { id: 10 } });
  });

  test('lexical: only chunks with a word of the question, with their BM25; vectors are not asked', () => {
    const hits = animals().search({ mode: 'lexical', text: 'Who makes HONEY?' });
    expect(hits).toMatchObject([{ rank: 1, dense: null, chunk: { id: 10 } }]);
    expect(hits[0]?.lexical).toBeGreaterThan(0);
  });

  test('hybrid is the default: a keyword outweighs a vector that points elsewhere', () => {
    expect(idsOf(animals(), { text: 'spider webs', vector: Float32Array.of(1, 0.2, 0) })[0]).toBe(12);
  });

  test('hybrid: a question in other words is answered by the vectors', () => {
    expect(idsOf(animals(), { text: 'dairy animals', vector: y })[0]).toBe(11);
  });

  test('hybrid: a keyword hit without any vector is a candidate', () => {
    const index = animals();
    index.add(entry(13, { text: 'platypus', vectors: [] }));
    expect(index.search({ text: 'platypus', vector: x })[0]).toMatchObject({
      dense: null,
      chunk: { id: 13 },
    });
  });

  test('hybrid: behind the one chunk that holds the word, the vectors order the others', () => {
    const index = new SearchIndex({ dimensions: 3, storage: 'float32' });
    index.addAll([
      entry(1, { text: 'milk', vectors: [x] }),
      entry(2, { text: 'webs', vectors: [y] }),
      entry(3, { text: 'honey', vectors: [z] }),
      entry(4, { text: 'wings', vectors: [Float32Array.of(0, 1, 1)] }),
    ]);
    expect(idsOf(index, { text: 'honey', vector: y })).toEqual([3, 2, 4, 1]);
  });

  test.each(['zscore', 'minmax', 'rrf'] as const)('fusion by %s finds what both sides agree on', (method) => {
    expect(idsOf(animals(), { text: 'honey hive', vector: x, fusion: { method } })[0]).toBe(10);
  });

  test('denseWeight 1 ranks as dense does, 0 ranks the words first', () => {
    const request = { text: 'milk', vector: x };
    expect(idsOf(animals(), { ...request, fusion: { denseWeight: 1 } })[0]).toBe(10);
    expect(idsOf(animals(), { ...request, fusion: { denseWeight: 0 } })[0]).toBe(11);
  });

  test.each(['hybrid', 'dense', 'lexical'] as const)(
    '%s: filters apply before the best k are chosen',
    (mode) => {
      const request = { text: 'bees milk webs', vector: x, mode, k: 1, filter: { sources: ['spiders'] } };
      expect(idsOf(animals(), request)).toEqual([12]);
    },
  );

  test.each(['hybrid', 'dense', 'lexical'] as const)(
    '%s: all k answers are chunks that pass, however many better ones do not',
    (mode) => {
      const index = new SearchIndex({ dimensions: 3 });
      for (let id = 0; id < 1000; id += 1) {
        const rare = id % 250 === 7;
        index.add(
          entry(id, {
            text: rare ? 'a honey bee among many other words' : 'honey honey',
            vectors: [rare ? y : x],
            metadata: { year: rare ? 2000 + id : 1990 },
          }),
        );
      }
      const filter = { ranges: { year: { from: 2000, to: 2800 } } };
      expect(idsOf(index, { text: 'honey', vector: x, mode, k: 4, filter }).sort()).toEqual(
        [257, 507, 7, 757].sort(),
      );
    },
  );

  test('diversity: of near copies one is answered, then what is different', () => {
    const index = new SearchIndex({ dimensions: 3, storage: 'float32' });
    index.addAll([
      entry(1, { vectors: [Float32Array.of(1, 0.1, 0)] }),
      entry(2, { vectors: [Float32Array.of(1, 0.11, 0)] }),
      entry(3, { vectors: [Float32Array.of(1, 0.12, 0)] }),
      entry(4, { vectors: [Float32Array.of(0.8, 0, 0.6)] }),
      entry(5, { vectors: [] }),
      entry(6, { vectors: [Float32Array.of(-1, 0, 0)] }),
    ]);
    const request = { mode: 'dense', vector: x, k: 2 } as const;
    expect(idsOf(index, request)).toEqual([1, 2]);
    expect(idsOf(index, { ...request, diversity: 0.5 })).toEqual([1, 4]);
    expect(idsOf(index, { ...request, k: 9, diversity: 0.5 })).toHaveLength(5);
    expect(() => index.search({ ...request, diversity: 2 })).toThrow(/^diversity: /);
  });

  test('equal scores come in the order of adding', () => {
    const index = new SearchIndex({ dimensions: 3 });
    for (const id of [5, 3, 9]) index.add(entry(id));
    expect(idsOf(index, { mode: 'dense', vector: x })).toEqual([5, 3, 9]);
  });

  test.each(['hybrid', 'dense', 'lexical'] as const)('%s: an empty index has no answers', (mode) => {
    expect(new SearchIndex({ dimensions: 3 }).search({ text: 'bee', vector: x, mode })).toEqual([]);
  });

  test('k beyond the number of chunks gives all of them', () => {
    expect(animals().search({ mode: 'dense', vector: x, k: 1000 })).toHaveLength(3);
  });

  test('what is added after a search is found by the next', () => {
    const index = animals();
    index.search({ text: 'honey', vector: x });
    index.add(entry(14, { text: 'wombat', vectors: [z] }));
    expect(idsOf(index, { mode: 'lexical', text: 'wombat' })).toEqual([14]);
  });
});

describe('chunks', () => {
  test('by id and by frame, without their text', () => {
    const index = animals();
    expect(index.chunk(11)).toEqual({ id: 11, frame: 0, source: 'cows', offset: 0, length: 15 });
    expect(index.chunk(99)).toBeUndefined();
    expect(index.chunksOfFrame(0).map(({ id }) => id)).toEqual([10, 11]);
    expect(index.chunksOfFrame(7)).toEqual([]);
    expect([...index.chunks()].map(({ id }) => id)).toEqual([10, 11, 12]);
  });

  test('stats count', () => {
    expect(animals().stats()).toMatchObject({
      chunks: 3,
      vectors: 3,
      frames: 2,
      sources: ['bees', 'cows', 'spiders'],
      dimensions: 3,
      metric: 'cosine',
    });
  });
});

describe('a mistake is thrown before anything changes', () => {
  const refused = (act: () => unknown): unknown => {
    try {
      act();
    } catch (error) {
      return error instanceof IndexOptionError ? error.option : error;
    }
    return 'nothing was thrown';
  };

  test.each<[string, Record<string, unknown>]>([
    ['dimensions', { dimensions: 0 }],
    ['dimensions', {}],
    ['metric', { dimensions: 3, metric: 'l1' }],
    ['storage', { dimensions: 3, storage: 'int2' }],
    ['bm25.b', { dimensions: 3, bm25: { b: 2 } }],
    ['efSearch', { dimensions: 3, efSearch: 50 }],
  ])('index option %s', (option, options) => {
    expect(refused(() => new SearchIndex({ ...options } as IndexOptions))).toBe(option);
  });

  test.each<[string, SearchRequest]>([
    ['text', { vector: x }],
    ['vector', { text: 'bee' }],
    ['vector', { text: 'bee', vector: Float32Array.of(1, 2) }],
    ['vector', { mode: 'dense', vector: Float32Array.of(1, 2, Number.NaN) }],
    ['k', { mode: 'lexical', text: 'bee', k: 0 }],
    ['fusion.denseWeight', { text: 'bee', vector: x, fusion: { denseWeight: 1.1 } }],
  ])('request option %s', (option, request) => {
    expect(refused(() => animals().search(request))).toBe(option);
  });

  test('of several entries, all or none are added', () => {
    const index = animals();
    expect(refused(() => index.addAll([entry(20), entry(21, { vectors: [Float32Array.of(1)] })]))).toBe(
      'vectors.0',
    );
    expect(refused(() => index.addAll([entry(20), entry(20)]))).toBe('id');
    expect(refused(() => index.add(entry(10)))).toBe('id');
    expect(refused(() => index.add(entry(-1)))).toBe('id');
    expect(refused(() => index.add(entry(2 ** 32)))).toBe('id');
    expect(index.size).toBe(3);
    index.add(entry(2 ** 32 - 1));
    expect(index.size).toBe(4);
  });
});
