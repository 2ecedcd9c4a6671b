import { describe, expect, test } from '@jest/globals';
import { hashEmbedder } from '../src/testing/index.js';

const cosine = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
  a?.reduce((sum, x, i) => sum + x * (b?.[i] ?? 0), 0) ?? Number.NaN;

describe('hashEmbedder', () => {
  test('gives the same vector for the same words, in any order and case, on every machine', async () => {
    const [a, b] = await hashEmbedder().embed(['Red apple', 'apple RED']);
    expect(a).toEqual(b);
    const [known] = await hashEmbedder({ dimensions: 3 }).embed(['apple']);
    expect([...(known ?? [])].map((x) => x.toFixed(4))).toEqual(['0.3435', '0.9381', '0.0433']);
  });

  test('texts that share words are nearer than texts that don’t', async () => {
    const [a, b, c] = await hashEmbedder().embed(['the red apple fell', 'a red apple', 'trains run late']);
    expect(cosine(a, b)).toBeGreaterThan(0.4);
    expect(Math.abs(cosine(a, c))).toBeLessThan(0.4);
  });

  test('vectors have length 1, that of the empty text too', async () => {
    for (const vector of await hashEmbedder({ dimensions: 7 }).embed(['', 'x', '日本'])) {
      expect(vector.length).toBe(7);
      expect(cosine(vector, vector)).toBeCloseTo(1, 5);
    }
  });

  test('long texts come in windows', async () => {
    const embedder = hashEmbedder({ windowTokens: 4 });
    const windows = await embedder.embedWindows(['a b c d e f', 'a']);
    expect(windows.map(({ textIndex, tokenStart, tokenEnd }) => [textIndex, tokenStart, tokenEnd])).toEqual([
      [0, 0, 4],
      [0, 2, 6],
      [1, 0, 1],
    ]);
  });

  test('rejects as embedders do: after an abort, after close', async () => {
    const embedder = hashEmbedder();
    await expect(embedder.embed(['a'], { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    await embedder.close();
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ failure: { kind: 'closed' } });
  });

  test.each([{ dimensions: 0 }, { dimensions: 1.5 }, { windowTokens: 65_537 }])('%j throws', (options) => {
    expect(() => hashEmbedder(options)).toThrow(expect.objectContaining({ name: 'OptionError' }));
  });
});
