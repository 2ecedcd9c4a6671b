import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Embedder } from '@memvisor/embedding';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { describeIndexFailure, loadIndex, type SearchIndex } from '@memvisor/search-index';
import {
  describeEncoderFailure,
  Encoder,
  type EncoderConfig,
  EncoderSupervisor,
  type PlacedChunk,
  type RecoverMemoryOptions,
  recoverMemory,
} from '../../src/index.js';

let folder = '';
const video = () => join(folder, 'm.mkv');
const indexFile = () => join(folder, 'm.mvx');
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recover-'));
});
afterEach(() => rm(folder, { recursive: true }));

const embedder = hashEmbedder({ dimensions: 16 });
const prose = Array.from({ length: 3000 }, (_, i) => `Sentence ${i} tells of bees and ship ${i % 7}.`).join(
  ' ',
);

const build = async (config: EncoderConfig = {}): Promise<void> => {
  const supervisor = await EncoderSupervisor.startLink();
  if (!supervisor.ok) throw new Error('not started');
  const started = await EncoderSupervisor.startEncoder(supervisor.pid, {
    indexName: 'n',
    config: { codec: 'lossless', ...config, embedding: { module: embedder } },
  });
  if (!started.ok || started.pid === undefined) throw new Error('not started');
  await Encoder.addChunks(started.pid, [{ text: 'By itself.', metadata: { tag: 'x' } }]);
  await Encoder.addText(started.pid, prose, { source: 'prose.txt', metadata: { year: 1984 } });
  const built = await Encoder.buildVideo(started.pid, video());
  await EncoderSupervisor.stopAllEncoders(supervisor.pid);
  if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
};
const loaded = async (): Promise<SearchIndex> => {
  const result = await loadIndex(indexFile());
  if (!result.ok) throw new Error(describeIndexFailure(result.failure));
  return result.index;
};
const recovered = async (options: RecoverMemoryOptions = {}) => {
  const result = await recoverMemory(video(), { embedding: { module: embedder }, ...options });
  if (!result.ok) throw new Error(describeEncoderFailure(result.failure));
  return result.value;
};

describe('recoverMemory', () => {
  test('the index comes back as it was, and so do texts and places', async () => {
    await build({ index: { storage: 'int8', reduceTo: 12, windows: 'best', vectorSearchSpace: 'l2' } });
    const before = await loaded();
    const bytes = await readFile(indexFile());
    await rm(indexFile());
    const chunks: PlacedChunk[] = [];
    const report = await recovered({ onChunk: (chunk) => void chunks.push(chunk) });

    expect(report).toMatchObject({
      index: { path: indexFile(), bytes: bytes.length, isSameModel: true },
      chunks: before.size,
      unreadable: [],
      missingChunks: 0,
      isComplete: true,
    });
    // Everything: settings, places, vectors, words. So any search answers the same.
    expect((await readFile(indexFile())).equals(bytes)).toBe(true);
    expect(chunks[0]).toMatchObject({ text: 'By itself.', metadata: { tag: 'x' } });
    const text = chunks.slice(1).reduce((all, chunk) => all.slice(0, chunk.start) + chunk.text, '');
    expect(text).toBe(prose);
    expect(await readdir(folder)).toEqual(['m.mkv', 'm.mvx']);
  });

  test('json archives too, though they say neither sources nor settings', async () => {
    await build({ format: 'json' });
    const before = await loaded();
    await rm(indexFile());
    const { index, chunks } = await recovered();
    const after = await loaded();

    expect([chunks, index?.isSameModel]).toEqual([before.size, false]);
    const request = { text: 'Sentence 1234 ship', mode: 'lexical' } as const;
    const found = (of: SearchIndex) =>
      of.search(request).map(({ chunk, score }) => [chunk.id, chunk.frame, score]);
    expect(found(after)).toEqual(found(before));
  });

  test('of a video that is cut off what is left comes back, and what is lost is told', async () => {
    await build();
    const size = (await readFile(video())).length;
    await truncate(video(), Math.floor(size * 0.6));
    await rm(indexFile());
    const report = await recovered();

    expect(report.isComplete).toBe(false);
    expect(report.chunks).toBeGreaterThan(1);
    expect((await loaded()).size).toBe(report.chunks);
  });

  test('with a model whose vectors are shorter than those of the old index were reduced to', async () => {
    await build({ index: { reduceTo: 12 } });
    await rm(indexFile());
    const { index } = await recovered({ embedding: { module: hashEmbedder({ dimensions: 8 }) } });
    expect(index?.isSameModel).toBe(false);
    expect((await loaded()).settings).toMatchObject({ dimensions: 8, reduceTo: 0 });
  });

  test('without an index nothing is embedded and nothing written', async () => {
    await build();
    await rm(indexFile());
    const texts: string[] = [];
    const report = await recovered({
      indexPath: null,
      embedding: {},
      onChunk: ({ text }) => void texts.push(text),
    });
    expect([report.index, texts.length]).toEqual([undefined, report.chunks]);
    expect(await readdir(folder)).toEqual(['m.mkv']);
  });
});

describe('a recovery that ends early leaves what was there', () => {
  const failing: Embedder = { ...embedder, embed: () => Promise.reject(new TypeError('a bug')) };

  test('cancelled', async () => {
    await build();
    await writeFile(indexFile(), 'the old index');
    const cancelling = new AbortController();
    const result = await recoverMemory(video(), {
      embedding: { module: embedder },
      signal: cancelling.signal,
      onChunk: () => cancelling.abort(),
    });
    expect(result).toEqual({ ok: false, failure: { kind: 'cancelled' } });
    expect(await readFile(indexFile(), 'utf8')).toBe('the old index');
    expect(await readdir(folder)).toEqual(['m.mkv', 'm.mvx']);
  });

  test('a video that is none, an index in its place, and a bug', async () => {
    await writeFile(video(), 'no video');
    const none = await recoverMemory(video());
    expect(none).toMatchObject({ ok: false, failure: { kind: 'codec', failure: { kind: 'not_a_video' } } });
    const same = await recoverMemory(video(), { indexPath: video() });
    expect(same).toMatchObject({ ok: false, failure: { kind: 'same_path' } });
    await rm(video());
    await build();
    await rm(indexFile());
    await expect(recoverMemory(video(), { embedding: { module: failing } })).rejects.toThrow('a bug');
    expect(await readdir(folder)).toEqual(['m.mkv']);
  });
});
