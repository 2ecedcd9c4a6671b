import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Embedder } from '../src/index.js';
import { describeEmbeddingFailure, openEmbedder } from '../src/index.js';
import { parityTexts } from './support/parity-texts.js';
import { type Reference, runReference } from './support/reference.js';

const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let dot = 0;
  let squares = 0;
  let otherSquares = 0;
  for (let i = 0; i < a.length; i++) {
    dot += (a[i] ?? 0) * (b[i] ?? 0);
    squares += (a[i] ?? 0) ** 2;
    otherSquares += (b[i] ?? 0) ** 2;
  }
  return dot / Math.sqrt(squares * otherSquares);
};

/** Kept between runs, like `models`, but inside the package. */
const cacheFolder = fileURLToPath(new URL('../../.cache', import.meta.url));

let reference: Reference;
const opened: Embedder[] = [];

const open = async (precision: 'fp32' | 'fp16' | 'int8'): Promise<Embedder> => {
  const result = await openEmbedder({ precision, partitions: 1, cacheFolder });
  if (!result.ok) throw new Error(describeEmbeddingFailure(result.failure));
  opened.push(result.embedder);
  return result.embedder;
};

beforeAll(async () => {
  reference = await runReference(parityTexts, true);
}, 120_000);

afterAll(async () => {
  for (const embedder of opened) await embedder.close();
});

/** The reference sees the first window only; so that is what is compared for longer texts. */
const firstWindows = async (embedder: Embedder): Promise<Float32Array[]> =>
  (await embedder.embedWindows(parityTexts))
    .filter(({ windowIndex }) => windowIndex === 0)
    .map(({ vector }) => vector);

describe('the default model against @energetic-ai/embeddings', () => {
  test.each([
    ['fp32', 0.999999],
    ['fp16', 0.99999],
    ['int8', 0.99],
  ] as const)('%s gives each text’s vector with a cosine of at least %f', async (precision, least) => {
    const vectors = await firstWindows(await open(precision));

    expect(parityTexts.length).toBeGreaterThanOrEqual(50);
    const worse = parityTexts.flatMap((text, i) => {
      const similarity = cosine(vectors[i] ?? [], reference.vectors[i] ?? []);
      return similarity >= least ? [] : [[text.slice(0, 40), similarity]];
    });
    expect(worse).toEqual([]);
  });

  test('embed gives a text within the window the reference’s vector, and a longer one the mean of its windows', async () => {
    const embedder = await open('fp16');
    const vectors = await embedder.embed(parityTexts);
    const windows = await embedder.embedWindows(parityTexts);

    for (const [i, vector] of vectors.entries()) {
      const own = windows.filter(({ textIndex }) => textIndex === i);
      if (own.length === 1) expect(cosine(vector, reference.vectors[i] ?? [])).toBeGreaterThan(0.9999);
      const mean = vector.map((_, at) => own.reduce((sum, window) => sum + (window.vector[at] ?? 0), 0));
      expect(cosine(vector, mean)).toBeGreaterThan(0.9999);
    }
  });

  test('a text alone and among others has the same vector: bit by bit in int8', async () => {
    const embedder = await open('int8');
    const together = await embedder.embed(parityTexts.slice(0, 30));
    for (const at of [3, 14, 25])
      expect(await embedder.embed([parityTexts[at] ?? ''])).toEqual([together[at]]);
  });
});
