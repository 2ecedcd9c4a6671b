import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Embedder, openEmbedder } from '@memvisor/embedding';
import { Encoder, EncoderSupervisor, recoverMemory } from '@memvisor/encoder';
import { RetrieverSupervisor, type SearchResult, search } from '@memvisor/retriever';
import { type ChunkFilter, loadIndex, SearchIndex, saveIndex } from '@memvisor/search-index';
import { stopServer } from '@memvisor/supervisor';
import type { Mismatch } from '../src/commands/mismatch.js';
import { verify } from '../src/commands/verify.js';

jest.setTimeout(120_000);

/** Long enough for several chunks, which overlap. */
const treatise = [
  '# Bees\n\nA treatise.\n\n## Honey\n',
  ...['nectar', 'wax', 'pollen', 'the queen', 'a swarm', 'winter stores'].map(
    (matter) => `Of ${matter}: the keeper looks after it every morning, and writes down what he found.\n`,
  ),
  '## Ships\n\nThe vessel sailed north in May, against the wind. 🥐 日本語のテキスト\n',
].join('\n');

let folder = '';
let video = '';
let embedder: Embedder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'video-alone-'));
  await mkdir(join(folder, 'first'));
  const opened = await openEmbedder();
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  embedder = opened.embedder;
  video = join(folder, 'first', 'memory.mp4');
  await build(video);
});
afterAll(async () => {
  await embedder.close();
  await rm(folder, { recursive: true, force: true });
});

const build = async (path: string): Promise<void> => {
  const supervisor = await EncoderSupervisor.startLink();
  if (!supervisor.ok) throw new Error('not started');
  const started = await EncoderSupervisor.startEncoder(supervisor.pid, {
    indexName: 'memory',
    config: { embedding: { module: embedder }, chunking: { chunkSize: 200, overlap: 20 } },
  });
  if (!started.ok || started.pid === undefined) throw new Error('no encoder');
  const { pid } = started;
  await Encoder.addText(pid, treatise, {
    source: 'bees.md',
    metadata: { year: 1862, tags: ['bees', 'wax'] },
  });
  await Encoder.addText(pid, 'A court may hear the appeal.\n', { source: 'law.txt', markup: 'none' });
  await Encoder.addChunks(pid, [
    {
      text: 'Cows give milk.',
      source: 'cows.pdf',
      start: 55,
      lines: [3, 3],
      page: 2,
      metadata: { year: 1984 },
    },
    'A chunk without any origin, about honey.',
  ]);
  const built = await Encoder.buildVideo(pid, path);
  if (!built.ok) throw new Error(JSON.stringify(built.failure));
  await stopServer(supervisor.pid, 'shutdown');
};

type Question = { readonly text: string; readonly filter?: ChunkFilter };
const questions: readonly Question[] = [
  { text: 'Which month did the ship leave?' },
  { text: 'who writes down what was found of wax' },
  { text: 'honey', filter: { metadata: { tags: 'bees' } } },
  { text: 'What do animals give?', filter: { ranges: { page: { from: 2, to: 3 } } } },
];
const modes = ['hybrid', 'dense', 'lexical'] as const;

/** All answers to all questions in all modes. */
const answers = async (path: string): Promise<Record<string, readonly SearchResult[]>> => {
  const supervisor = await RetrieverSupervisor.startLink();
  if (!supervisor.ok) throw new Error('not started');
  const started = await RetrieverSupervisor.startRetriever(supervisor.pid, { video: path, embedder });
  if (!started.ok || started.pid === undefined) throw new Error(JSON.stringify(started));
  const found: Record<string, readonly SearchResult[]> = {};
  for (const { text, filter } of questions)
    for (const mode of modes) {
      const answer = await search(started.pid, text, { mode, k: 20, ...(filter && { filter }) });
      if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
      found[`${mode}: ${text}`] = answer.value.results;
    }
  await stopServer(supervisor.pid, 'shutdown');
  return found;
};

describe('with everything deleted but the video', () => {
  test('recovering and searching gives the same chunks, texts, scores, places and marks in the same order', async () => {
    const before = await answers(video);
    const alone = join(folder, 'alone', 'renamed.mp4');
    await mkdir(join(folder, 'alone'));
    await rename(video, alone);
    await rm(join(folder, 'first'), { recursive: true });
    video = alone;

    const recovered = await recoverMemory(alone);

    expect(recovered).toMatchObject({ ok: true, value: { index: { isSameModel: true }, missingChunks: 0 } });
    expect(await readdir(join(folder, 'alone'))).toEqual(['renamed.mp4', 'renamed.mvx']);
    const after = await answers(alone);
    expect(after).toEqual(before);
    // The answers are worth comparing: all of them are there, from every kind of source.
    expect(after['hybrid: Which month did the ship leave?']?.[0]).toMatchObject({
      source: 'bees.md',
      headings: ['Bees', 'Ships'],
      text: expect.stringContaining('sailed north in May'),
      metadata: { year: 1862 },
    });
    expect(after['hybrid: What do animals give?']).toMatchObject([
      {
        text: 'Cows give milk.',
        source: 'cows.pdf',
        start: 55,
        page: 2,
        lines: [3, 3],
        metadata: { year: 1984 },
      },
    ]);
    const everywhere = after['dense: Which month did the ship leave?'] ?? [];
    expect(new Set(everywhere.map(({ source }) => source))).toEqual(
      new Set(['bees.md', 'law.txt', 'cows.pdf', '']),
    );
  });
});

describe('verify', () => {
  const verified = async (index: string): Promise<readonly Mismatch[]> =>
    (await verify(video, { index }, () => undefined)).mismatches;

  test('finds nothing where the index says of each chunk what the video says', async () => {
    expect(await verified(video.replace(/mp4$/, 'mvx'))).toEqual([]);
  });

  test('names the chunks and what is otherwise about them', async () => {
    const changes = [
      ['source', { source: 'other.md' }],
      ['start', { offset: 7 }],
      ['lines', { lines: [8, 9] }],
      ['headings', { headings: ['Wasps'] }],
      ['page', { page: 9 }],
      ['metadata', { metadata: { year: 1863 } }],
    ] as const;
    const loaded = await loadIndex(video.replace(/mp4$/, 'mvx'));
    if (!loaded.ok) throw new Error('not loaded');
    const other = new SearchIndex({ dimensions: 2, archive: loaded.index.settings.archive });
    for (const chunk of loaded.index.chunks())
      other.add({ ...chunk, ...changes[chunk.id]?.[1], text: 'x'.repeat(chunk.length), vectors: [] });
    const path = join(folder, 'other.mvx');
    await saveIndex(other, path);

    expect(await verified(path)).toEqual(
      changes.map(([what], chunkId) => ({ kind: 'differs', chunkId, frame: expect.any(Number), what })),
    );
  });
});
