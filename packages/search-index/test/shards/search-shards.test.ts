import { afterAll, describe, expect, test } from '@jest/globals';
import { portsClosed } from '@memvisor/supervisor';
import fc from 'fast-check';
import {
  type AskedShard,
  type IndexEntry,
  IndexOptionError,
  type IndexOptions,
  type SearchHit,
  SearchIndex,
  type SearchRequest,
  searchShards,
  startIndexServer,
} from '../../src/index.js';
import { entry } from '../entries.js';

const indexOf = (entries: readonly IndexEntry[], options: Partial<IndexOptions> = {}): SearchIndex => {
  const index = new SearchIndex({ dimensions: 3, ...options });
  index.addAll(entries);
  return index;
};
const shardOf = (index: SearchIndex, dense = true): AskedShard => ({
  dense,
  ask: async (request) => index.answer(request),
});

/** Entries of few words and few directions, so that many score alike and all score somewhere. */
const vocabulary = 'bee beehive honey honeycomb wings flow plate shocks shockwave mach jet'.split(' ');
const words = (most: number) =>
  fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: most }).map((list) => list.join(' '));
const number = fc.integer({ min: -9, max: 9 });
const vector = fc.tuple(number, number, number).map((values) => Float32Array.from(values));
const chunk = fc.record({
  text: words(12),
  vectors: fc.array(vector, { maxLength: 2 }),
  source: fc.constantFrom('a', 'b'),
  part: fc.nat({ max: 2 }),
});
const requestOf = (dimensionsVector: fc.Arbitrary<Float32Array>): fc.Arbitrary<SearchRequest> =>
  fc.record({
    text: words(5),
    vector: dimensionsVector,
    k: fc.integer({ min: 1, max: 12 }),
    mode: fc.constantFrom('hybrid' as const, 'dense' as const, 'lexical' as const),
    filter: fc.option(fc.constant({ sources: ['a'] }), { nil: undefined }),
    diversity: fc.constantFrom(0, 0.4),
    fusion: fc.record({ method: fc.constantFrom('zscore' as const, 'minmax' as const, 'rrf' as const) }),
  }) as fc.Arbitrary<SearchRequest>;

const plainOf = (hits: readonly SearchHit[]) =>
  hits.map(({ rank, score, dense, lexical, chunk: { id } }) => ({ rank, score, dense, lexical, id }));
const expectSame = (hits: readonly SearchHit[], whole: readonly SearchHit[]): void => {
  const [found, expected] = [plainOf(hits), plainOf(whole)];
  expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  found.forEach((hit, at) => {
    expect(hit.score).toBeCloseTo(expected[at]?.score ?? Number.NaN, 9);
    expect(hit.lexical).toEqual(expected[at]?.lexical);
    expect(hit.dense).toEqual(expected[at]?.dense);
  });
};

describe('searchShards', () => {
  test('gives the ids, the order and the scores of one index that holds all the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(chunk, { minLength: 1, maxLength: 60 }),
        fc.array(requestOf(vector), { minLength: 1, maxLength: 4 }),
        async (chunks, requests) => {
          // Shards take turns in the row of all chunks as they stand in it: ties are broken alike.
          const entries = [...chunks]
            .sort((one, other) => one.part - other.part)
            .map(({ part, ...given }, id) => ({ part, entry: entry(id, given) }));
          const whole = indexOf(entries.map((one) => one.entry));
          const shards = [0, 1, 2].map((part) =>
            indexOf(entries.filter((one) => one.part === part).map((one) => one.entry)),
          );
          for (const request of requests) {
            const { hits, failed } = await searchShards(
              shards.map((shard) => shardOf(shard)),
              request,
            );
            expect(failed.size).toBe(0);
            expectSame(hits, whole.search(request));
            for (const hit of hits) expect(entries[hit.chunk.id]?.part).toBe(hit.shard);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('gives the ranking of one index where each has more than it can bring', async () => {
    let state = 1;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 16) % below;
    };
    // Of 300 words the first are much more frequent than the last, as in a language.
    const text = (length: number) =>
      Array.from({ length }, () => `w${Math.floor((next(1000) / 1000) ** 3 * 300)}`).join(' ');
    const vectorOf = () => Float32Array.from({ length: 8 }, () => next(2001) - 1000);
    const entries = Array.from({ length: 1800 }, (_, id) =>
      entry(id, { text: text(10 + next(40)), vectors: [vectorOf()] }),
    );
    const cuts = [0, 250, 300, 1100, 1800];
    const whole = indexOf(entries, { dimensions: 8 });
    const shards = cuts
      .slice(1)
      .map((to, at) => shardOf(indexOf(entries.slice(cuts[at], to), { dimensions: 8 })));
    for (let question = 0; question < 12; question += 1) {
      const request = { text: text(4 + next(8)), vector: vectorOf(), k: 20 };
      const { hits } = await searchShards(shards, request);
      const expected = whole.search(request);
      expect(hits.map(({ chunk: { id } }) => id)).toEqual(expected.map(({ chunk: { id } }) => id));
      // Large tables are sampled with the question rounded to 16 bits.
      hits.forEach(({ score }, at) => {
        expect(score).toBeCloseTo(expected[at]?.score ?? Number.NaN, 3);
      });
    }
  });

  test('a word that is rare in one index and common in the others is common', async () => {
    const common = indexOf(Array.from({ length: 50 }, (_, id) => entry(id, { text: `plate number${id}` })));
    const rare = indexOf([
      entry(100, { text: 'plate alone' }),
      entry(101, { text: 'shock alone' }),
      entry(102, { text: 'bee hive' }),
    ]);
    const { hits } = await searchShards([shardOf(common), shardOf(rare)], {
      text: 'plate shock',
      mode: 'lexical',
      k: 1,
    });
    expect(hits).toMatchObject([{ shard: 1, chunk: { id: 101 } }]);
  });

  test('an index whose vectors do not compare takes part by its words', async () => {
    const ours = indexOf([entry(1, { text: 'bee hive' }), entry(2, { text: 'jet' })]);
    const other = indexOf([entry(1, { text: 'honey honey', vectors: [Float32Array.of(1, 0)] })], {
      dimensions: 2,
    });
    const shards = [shardOf(ours), shardOf(other, false)];
    const request = { text: 'honey', vector: Float32Array.of(0, 0, 1), diversity: 0.5 };
    const { hits } = await searchShards(shards, { ...request, k: 3 });
    expect(hits[0]).toMatchObject({ shard: 1, dense: null, chunk: { id: 1 } });
    expect(hits).toHaveLength(3);
    expect((await searchShards(shards, { ...request, mode: 'dense' })).hits).toHaveLength(2);
  });

  test('an index that fails is left out, said so, and the ranking is that of the others alone', async () => {
    const texts = ['bee hive', 'bee honey wing', 'jet plate', 'mach wave shock bee'];
    const [first, second] = [indexOf([entry(0, { text: 'bee bee honey' })]), indexOf(texts.map(textEntry))];
    let asked = 0;
    const dying: AskedShard = {
      dense: true,
      ask: async (request) => {
        asked += 1;
        if (asked > 2) throw new Error('gone');
        return first.answer(request);
      },
    };
    const request = { text: 'bee honey', vector: Float32Array.of(1, 0, 0) };
    const { hits, failed } = await searchShards([dying, shardOf(second)], request);
    expect([...failed]).toEqual([[0, new Error('gone')]]);
    expectSame(hits, second.search(request));
    expect(hits.every(({ shard }) => shard === 1)).toBe(true);
    const none = await searchShards([dying], request);
    expect([none.hits.length, none.failed.size]).toEqual([0, 1]);
  });

  test('a mistake in the request is thrown, whoever finds it', async () => {
    const shards = [shardOf(indexOf([entry(1)]))];
    await expect(searchShards(shards, { text: 'a', vector: Float32Array.of(1), k: 0 })).rejects.toThrow(
      /^k: /,
    );
    await expect(searchShards(shards, { text: 'a', vector: Float32Array.of(1) })).rejects.toBeInstanceOf(
      IndexOptionError,
    );
  });
});

describe('searchShards over index processes', () => {
  afterAll(() => portsClosed());

  test('is the same as over indexes in place', async () => {
    const entries = Array.from({ length: 9 }, (_, id) =>
      entry(id, {
        text: `${vocabulary[id % 4]} ${vocabulary[id % 5]} honey`,
        vectors: [Float32Array.of(1, id, 2 - id)],
      }),
    );
    const started = await Promise.all(
      [entries.slice(0, 4), entries.slice(4)].map(async (own) => {
        const one = await startIndexServer({ create: { dimensions: 3 } });
        if (!one.ok) throw new Error('not started');
        await one.server.add(own);
        return one.server;
      }),
    );
    try {
      const { hits } = await searchShards(
        started.map((server) => ({ dense: true, ask: (request) => server.ask(request) })),
        { text: 'bee honey hive', vector: Float32Array.of(1, 3, 0), k: 6, diversity: 0.3 },
      );
      const whole = indexOf(entries);
      expectSame(
        hits,
        whole.search({ text: 'bee honey hive', vector: Float32Array.of(1, 3, 0), k: 6, diversity: 0.3 }),
      );
    } finally {
      await Promise.all(started.map((server) => server.stop()));
    }
  });
});

const textEntry = (text: string, id: number): IndexEntry => entry(id, { text });
