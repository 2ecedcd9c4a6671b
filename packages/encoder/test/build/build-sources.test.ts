import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { Embedder } from '@memvisor/embedding';
import { describeEncoderFailure, Encoder, subscribeToEncoders } from '../../src/index.js';
import { embedder, folder, prose, startEncoder } from './encoders.js';

afterEach(() => {
  jest.restoreAllMocks();
});

test('a source that says its size has its totals estimated; one that does not has none until it is read', async () => {
  // Progress is told ten times a second at most: with each batch of vectors the clock goes on so far that it may be told.
  const now = performance.now.bind(performance);
  let ahead = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
  const patient: Embedder = {
    ...embedder,
    embed: (texts, options) => {
      ahead += 110;
      return embedder.embed(texts, options);
    },
  };
  for (const sizeBytes of [prose.length, undefined]) {
    const encoder = await startEncoder({ embedding: { module: patient } });
    const seen: (readonly [number, number | undefined, number | undefined])[] = [];
    const unsubscribe = subscribeToEncoders((event) => {
      if (event.type === 'encoder_progress' && event.stage === 'embed')
        seen.push([event.done, event.total, event.etaMs]);
    });
    // The last piece comes when something has been told.
    const text = async function* () {
      yield prose.slice(0, 60_000);
      while (!seen.some(([done]) => done > 0)) await new Promise((resolve) => setImmediate(resolve));
      yield prose.slice(60_000);
    };
    await Encoder.addSource(encoder, sizeBytes === undefined ? { text } : { text, sizeBytes });
    const built = await Encoder.buildVideo(encoder, join(folder, 'm.mkv'));
    unsubscribe();
    if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
    const { totalChunks } = built.value;
    const [, total, eta] = seen.find(([done]) => done > 0 && done < totalChunks) ?? [];

    if (sizeBytes === undefined) expect([total, eta]).toEqual([undefined, undefined]);
    else {
      expect(Math.abs((total ?? 0) - totalChunks)).toBeLessThan(totalChunks * 0.2);
      expect(eta).toBeGreaterThan(0);
    }
    expect(seen.at(-1)).toEqual([totalChunks, totalChunks, 0]);
  }
});

test('a busy embedder holds up the source: only a few batches are ever read ahead', async () => {
  let read = 0;
  const text = async function* () {
    for (; read < 500; read++) yield `${prose.slice(0, 2000)} `;
  };
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = 0;
  let isFull: () => void = () => undefined;
  const full = new Promise<void>((resolve) => {
    isFull = resolve;
  });
  const slow: Embedder = {
    ...embedder,
    embed: async (texts, options) => {
      asked += 1;
      if (asked === 8) isFull();
      await held;
      return embedder.embed(texts, options);
    },
  };
  const encoder = await startEncoder({ embedding: { module: slow, batchSize: 8 } });
  await Encoder.addSource(encoder, { text });
  const built = Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
  await full;
  // Whoever could read on would do so within these turns.
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));

  expect(asked).toBe(8);
  expect(read).toBeLessThan(100);
  release();
  expect(await built).toMatchObject({ ok: true, value: { totalChunks: expect.any(Number) } });
  expect(read).toBe(500);
});
