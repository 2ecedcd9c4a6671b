import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Metric, meanVector } from '../../src/vectors/metric.js';
import type { VectorStorage } from '../../src/vectors/storage.js';
import { VectorTable } from '../../src/vectors/vector-table.js';
import { vectorOf } from '../entries.js';

const dimensions = 7;

/** The metrics as their definitions say, in the plainest way. */
const definition: Record<Metric, (a: Float32Array, b: Float32Array) => number> = {
  ip: (a, b) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0),
  l2: (a, b) => -a.reduce((sum, value, at) => sum + (value - (b[at] ?? 0)) ** 2, 0),
  cosine: (a, b) => {
    const length = Math.hypot(...a) * Math.hypot(...b);
    return length === 0 ? 0 : definition.ip(a, b) / length;
  },
};

/** The same numbers in every run, from -1 to 1. */
const numbers = (seed: number) => () => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return seed / 2 ** 31 - 1;
};

const metrics = ['cosine', 'ip', 'l2'] as const;

describe('VectorTable', () => {
  test.each(metrics)('%s scores are those of the definition, the best window deciding', (metric) => {
    fc.assert(
      fc.property(
        fc.array(fc.array(vectorOf(dimensions), { minLength: 1, maxLength: 3 }), { maxLength: 40 }),
        vectorOf(dimensions),
        (slots, question) => {
          const table = new VectorTable({
            reduceTo: 0,
            dimensions,
            metric,
            storage: 'float32',
            windows: 'best',
          });
          for (const vectors of slots) table.add(vectors);
          const asked = table.ask(question);
          slots.forEach((vectors, slot) => {
            const expected = Math.max(...vectors.map((vector) => definition[metric](vector, question)));
            expect(Math.abs(asked.score(slot) - expected)).toBeLessThan(1e-3);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  test.each(metrics)('with mean windows, %s scores are those of the mean', (metric) => {
    const windows = [Float32Array.of(1, 2, 3), Float32Array.of(-1, 4, 0)];
    const question = Float32Array.of(0.5, 1, -1);
    const table = new VectorTable({
      reduceTo: 0,
      dimensions: 3,
      metric,
      storage: 'float32',
      windows: 'mean',
    });
    table.add(windows);

    expect(table.rowCount).toBe(1);
    expect(table.ask(question).score(0)).toBeCloseTo(
      definition[metric](meanVector(metric, windows), question),
      5,
    );
  });

  test.each<[VectorStorage, number]>([
    ['float32', 1e-6],
    ['float16', 1e-3],
    ['int8', 0.005],
    ['int6', 0.02],
    ['int4', 0.09],
  ])('%s keeps each value of a unit vector to within %d', (storage, tolerance) => {
    const size = 64;
    fc.assert(
      fc.property(vectorOf(size), (vector) => {
        fc.pre(vector.some((value) => Math.abs(value) > 0.01));
        const table = new VectorTable({
          reduceTo: 0,
          dimensions: size,
          metric: 'cosine',
          storage,
          windows: 'mean',
        });
        table.add([vector]);
        const length = Math.hypot(...vector);
        const kept = table.row(0);
        // Few bits cut off what stands out; only the others must be near.
        const reach = { float32: 1, float16: 1, int8: 1, int6: 3.6 / 8, int4: 2.7 / 8 }[storage];
        vector.forEach((value, at) => {
          const wanted = value / length;
          const cut = Math.max(-reach, Math.min(reach, wanted));
          expect(Math.abs((kept[at] ?? Number.NaN) - cut)).toBeLessThan(tolerance);
        });
      }),
    );
  });

  test.each(
    // Not a multiple of the 16 values that are multiplied at a time, or of the 8.
    metrics.flatMap((metric) => [37, 40].map((size) => [metric, size] as const)),
  )(
    '%s: the nearest of many scanned rows of %i numbers are those that looking at each finds',
    (metric, size) => {
      const next = numbers(7);
      const vector = () => Float32Array.from({ length: size }, next);
      for (const storage of ['int8', 'int4'] as const) {
        const table = new VectorTable({ reduceTo: 0, dimensions: size, metric, storage, windows: 'best' });
        for (let slot = 0; slot < 700; slot += 1) table.add(Array.from({ length: slot % 3 }, () => vector()));
        for (let at = 0; at < 20; at += 1) {
          const question = at === 0 ? new Float32Array(size) : vector();
          const asked = table.ask(question);
          const allowed = at % 2 === 0 ? (slot: number) => slot % 5 === 1 : undefined;
          const expected = Array.from({ length: table.size }, (_, slot) => ({
            slot,
            score: asked.score(slot),
          }))
            .filter(({ slot, score }) => Number.isFinite(score) && (allowed?.(slot) ?? true))
            .sort((a, b) => b.score - a.score || a.slot - b.slot)
            .slice(0, 10);
          expect(asked.nearest(10, allowed)).toEqual(expected);
        }
      }
    },
  );

  test.each([8, 36, 512])('rows of %i numbers score the same to the last bit, few or many', (size) => {
    const next = numbers(11);
    const vectors = Array.from({ length: 300 }, () => Float32Array.from({ length: size }, next));
    const settings = {
      reduceTo: 0,
      dimensions: size,
      metric: 'ip',
      storage: 'int8',
      windows: 'mean',
    } as const;
    // So few are not scanned.
    const [few, many] = [100, 300].map((count) => {
      const table = new VectorTable(settings);
      for (const vector of vectors.slice(0, count)) table.add([vector]);
      return table;
    }) as [VectorTable, VectorTable];
    for (const question of vectors.slice(200)) {
      const [one, other] = [few.ask(question), many.ask(question)];
      for (let slot = 0; slot < few.size; slot += 1) expect(other.score(slot)).toBe(one.score(slot));
    }
  });

  test('scanning holds with the largest values in every place', () => {
    const size = 4096;
    const table = new VectorTable({
      reduceTo: 0,
      dimensions: size,
      metric: 'ip',
      storage: 'int8',
      windows: 'mean',
    });
    const ones = new Float32Array(size).fill(1);
    for (let slot = 0; slot < 300; slot += 1) table.add([ones.map((value) => (slot % 2 ? value : -value))]);
    expect(table.ask(ones).nearest(1)[0]?.slot).toBe(1);
    expect(table.ask(ones).nearest(1)[0]?.score).toBeCloseTo(size, 0);
  });

  test('a slot without vectors is nowhere near anything', () => {
    const table = new VectorTable({
      reduceTo: 0,
      dimensions: 2,
      metric: 'cosine',
      storage: 'int8',
      windows: 'best',
    });
    table.add([]);
    expect(table.ask(Float32Array.of(1, 0)).score(0)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('the zero vector is as far from everything as a right angle', () => {
    const table = new VectorTable({
      reduceTo: 0,
      dimensions: 2,
      metric: 'cosine',
      storage: 'int8',
      windows: 'mean',
    });
    table.add([Float32Array.of(0, 0)]);
    expect(table.ask(Float32Array.of(1, 0)).score(0)).toBe(0);
  });
});
