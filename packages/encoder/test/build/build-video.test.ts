import { randomBytes } from 'node:crypto';
import { getMaxListeners } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openArchive, verifyArchive } from '@memvisor/codec';
import { type Embedder, EmbeddingError } from '@memvisor/embedding';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { loadIndex } from '@memvisor/search-index';
import { DynamicSupervisor, exit, exited, type Pid, subscribe } from '@memvisor/supervisor';
import fc from 'fast-check';
import type { EncoderProtocol } from '../../src/encoder/messages.js';
import {
  describeEncoderFailure,
  Encoder,
  type EncoderConfig,
  type EncoderFailure,
  EncoderSupervisor,
  subscribeToEncoders,
} from '../../src/index.js';
import { brokenFfmpeg } from './programs.js';

let folder = '';
let supervisor: Parameters<typeof DynamicSupervisor.stop>[0];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encoder-'));
  const started = await EncoderSupervisor.startLink();
  if (!started.ok) throw new Error('not started');
  supervisor = started.pid;
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterEach(async () => {
  await DynamicSupervisor.stop(supervisor);
  await rm(folder, { recursive: true });
});

const embedder = hashEmbedder({ dimensions: 16 });
const startEncoder = async (config: EncoderConfig = {}): Promise<Pid<EncoderProtocol>> => {
  const started = await EncoderSupervisor.startEncoder(supervisor, {
    indexName: 'notes',
    config: { ...config, embedding: { module: embedder, ...config.embedding } },
  });
  if (!started.ok || started.pid === undefined) throw new Error('not started');
  return started.pid;
};
const prose = Array.from({ length: 3000 }, (_, i) => `Sentence ${i} tells of bees and ships.`).join(' ');

describe('what goes in comes out', () => {
  test.each(['packed', 'json'] as const)('%s: every chunk, its place and its vector', async (format) => {
    const encoder = await startEncoder({ format, chunking: { chunkSize: 400, overlap: 20 } });
    const pieces = ['# Ships\n\nThey sail. ', '😀 קצר 短い\u0000\n\n', 'And so on. '.repeat(200)];
    await Encoder.addChunks(encoder, [{ text: 'By itself.', metadata: { tag: 'x' } }]);
    await Encoder.addText(encoder, prose, { source: 'prose.txt' });
    await Encoder.addSource(encoder, { source: 'stream.md', text: () => pieces });
    const video = join(folder, 'm.mp4');
    const built = await Encoder.buildVideo(encoder, video);

    if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
    const { value: stats } = built;
    expect((await readdir(folder)).sort()).toEqual(['m.mp4', 'm.mvx']);
    const archive = await openArchive(video);
    const index = await loadIndex(stats.indexPath, {
      archive: stats.archiveId ?? '',
      model: embedder.model.fingerprint,
    });
    if (!archive.ok || !index.ok) throw new Error('not opened');
    expect(index.index.size).toBe(stats.totalChunks);

    const read = new Map<number, string>();
    for await (const frame of archive.value.readAllFrames())
      if (frame.ok)
        for (const chunk of frame.chunks) {
          read.set(chunk.id, chunk.text);
          expect(index.index.chunksOfFrame(frame.frame).map(({ id }) => id)).toContain(chunk.id);
        }
    const texts = (source: string): string => {
      let text = '';
      for (const { id, offset, source: from } of index.index.chunks())
        if (from === source) text = text.slice(0, offset) + read.get(id);
      return text;
    };
    expect(read.get(0)).toBe('By itself.');
    expect(texts('prose.txt')).toBe(prose);
    expect(texts('stream.md')).toBe(pieces.join(''));
    expect(index.index.chunk(0)?.metadata).toEqual({ tag: 'x' });
    expect(index.index.chunk(stats.totalChunks - 1)).toMatchObject({
      source: 'stream.md',
      headings: ['Ships'],
    });
    const [vector] = await embedder.embed([read.get(5) ?? '']);
    const [best] = index.index.search({ mode: 'dense', k: 1, ...(vector === undefined ? {} : { vector }) });
    expect(read.get(best?.chunk.id ?? -1)).toBe(read.get(5));
  });

  test('tells what each stage took, drawing included', async () => {
    const encoder = await startEncoder();
    await Encoder.addText(encoder, prose);
    const built = await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
    const { seconds } = built.value;
    expect(Object.keys(seconds).sort()).toEqual(['chunk', 'embed', 'index', 'qr', 'total', 'video']);
    for (const took of Object.values(seconds)) expect(took).toBeGreaterThan(0);
    expect(seconds.total).toBeGreaterThanOrEqual(seconds.video);
  });

  test('gives the embedder a signal that any number of requests may listen to', async () => {
    const limits: number[] = [];
    const listening: Embedder = {
      ...embedder,
      embed: (texts, options) => {
        if (options?.signal !== undefined) limits.push(getMaxListeners(options.signal));
        return embedder.embed(texts, options);
      },
    };
    const encoder = await startEncoder({ embedding: { module: listening } });
    await Encoder.addText(encoder, prose);
    await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    expect(new Set(limits)).toEqual(new Set([Number.POSITIVE_INFINITY]));
  });

  test('any texts come back byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 2000 }), { minLength: 1, maxLength: 8 }),
        async (texts) => {
          const encoder = await startEncoder();
          await Encoder.addChunks(encoder, texts);
          const built = await Encoder.buildVideo(encoder, join(folder, 'p.mkv'));
          const archive = await openArchive(join(folder, 'p.mkv'));
          if (!built.ok || !archive.ok) throw new Error('not built');
          const read: string[] = [];
          for await (const frame of archive.value.readAllFrames())
            if (frame.ok) for (const { id, text } of frame.chunks) read[id] = text;

          expect(read).toEqual(texts);
        },
      ),
      { numRuns: 3 },
    );
  });

  test('the video says what its index needs: sources, places and the model', async () => {
    const encoder = await startEncoder();
    await Encoder.addText(encoder, '# A\n\nB.', { source: 'a.md', metadata: { tag: 'x' } });
    await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    const archive = await openArchive(join(folder, 'm.mp4'));
    if (!archive.ok) throw new Error('not opened');
    const chunks = await archive.value.readChunks([0]);

    expect(archive.value.info.metadata).toMatchObject({
      indexName: 'notes',
      embedding: { model: 'hash', dimensions: 16 },
    });
    expect(chunks.ok && chunks.value[0]?.meta).toEqual({
      source: 'a.md',
      lines: [1, 3],
      headings: ['A'],
      metadata: { tag: 'x' },
    });
  });

  test('progress goes from nothing to all in every stage', async () => {
    const encoder = await startEncoder();
    await Encoder.addText(encoder, prose);
    const seen = new Map<string, { done: number; total: number | undefined }>();
    const unsubscribe = subscribeToEncoders((event) => {
      if (event.type === 'encoder_progress') seen.set(event.stage, { done: event.done, total: event.total });
    });
    const built = await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    unsubscribe();

    if (!built.ok) throw new Error('not built');
    const chunks = { done: built.value.totalChunks, total: built.value.totalChunks };
    const frames = { done: built.value.totalFrames, total: built.value.totalFrames };
    expect(Object.fromEntries(seen)).toEqual({
      chunk: chunks,
      embed: chunks,
      encode: frames,
      verify: frames,
      index: chunks,
    });
  });
});

describe('an expected failure says what to do and leaves the folder as it was', () => {
  type Case = {
    readonly config?: EncoderConfig;
    readonly output?: string;
    readonly indexPath?: string;
    readonly text?: () => AsyncIterable<string>;
    readonly kind: EncoderFailure['kind'];
    readonly says: RegExp;
  };
  const failing = (message: string): Embedder => ({
    ...embedder,
    embed: async () => {
      throw new EmbeddingError({ kind: 'inference_failed', detail: message });
    },
  });
  test.each<[string, (files: string) => Case | Promise<Case>]>([
    [
      'a folder that is not there',
      () => ({
        output: 'no/m.mp4',
        kind: 'unwritable',
        says: /no\/m\.mp4 can not be written: there is no such folder/,
      }),
    ],
    ['an output that is a folder', () => ({ output: 'sub.mp4', kind: 'unwritable', says: /it is a folder/ })],
    [
      'an index that is a folder',
      () => ({ indexPath: 'sub.mp4', kind: 'unwritable', says: /it is a folder/ }),
    ],
    [
      'vectors that are shorter than they are to become',
      () => ({
        config: { embedding: { module: undefined, partitions: 1 }, index: { reduceTo: 600 } },
        kind: 'too_few_dimensions',
        says: /reduced to 600 numbers, but the embedder's have only 512/,
      }),
    ],
    ['one path for both', () => ({ indexPath: 'm.mp4', kind: 'same_path', says: /different paths/ })],
    ['a file that can not hold the codec', () => ({ output: 'm.txt', kind: 'codec', says: /m\.txt/ })],
    [
      'no chunks in the sources',
      () => ({ text: async function* () {}, kind: 'codec', says: /nothing to write/ }),
    ],
    [
      'no such ffmpeg',
      (files) => ({ config: { ffmpegPath: join(files, 'none') }, kind: 'codec', says: /none/ }),
    ],
    [
      'an embedder that fails',
      () => ({ config: { embedding: { module: failing('broken') } }, kind: 'embedding', says: /broken/ }),
    ],
    [
      'a source that breaks off',
      () => ({
        text: async function* () {
          yield prose;
          throw new Error('ENOENT: gone.txt');
        },
        kind: 'source_unreadable',
        says: /b\.txt can not be read: ENOENT: gone\.txt/,
      }),
    ],
    [
      'a source that is not text',
      () => ({
        text: async function* () {
          yield 5 as never;
        },
        kind: 'source_unreadable',
        says: /not a text/,
      }),
    ],
    [
      'an ffmpeg that dies in the middle',
      async (files) => ({
        config: {
          ffmpegPath: await brokenFfmpeg(
            files,
            'head -c 100 >/dev/null; echo "Conversion failed!" >&2; exit 3',
          ),
        },
        kind: 'codec',
        says: /Conversion failed/,
      }),
    ],
    [
      'an ffmpeg that finds the disk full',
      async (files) => ({
        config: {
          ffmpegPath: await brokenFfmpeg(files, 'cat >/dev/null; echo "No space left on device" >&2; exit 1'),
        },
        kind: 'disk_full',
        says: /no room left .*m\.mp4; free some space/,
      }),
    ],
  ])('%s', async (_what, make) => {
    const files = join(folder, 'files');
    await mkdir(files);
    await mkdir(join(folder, 'sub.mp4'));
    const { config = {}, output = 'm.mp4', indexPath = 'm.mvx', text, kind, says } = await make(files);
    const before = (await readdir(folder)).sort();
    const encoder = await startEncoder(config);
    if (text === undefined) await Encoder.addText(encoder, prose);
    else await Encoder.addSource(encoder, { source: 'b.txt', text });
    const built = await Encoder.buildVideo(encoder, join(folder, output), {
      indexPath: join(folder, indexPath),
    });

    expect(built.ok ? 'ok' : built.failure.kind).toBe(kind);
    expect(built.ok ? '' : describeEncoderFailure(built.failure)).toMatch(says);
    expect((await readdir(folder)).sort()).toEqual(before);
    expect((await Encoder.getState(encoder)).state).toBe('error');
  });
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

test('an index process that dies in the middle is a failure of the build, and leaves nothing', async () => {
  let indexProcess = 0;
  const unsubscribe = subscribe(
    (event) => {
      if (event.type === 'port_start' && event.command.includes('writer-child'))
        indexProcess = event.osPid ?? 0;
    },
    ['port_start'],
  );
  const encoder = await startEncoder();
  const text = async function* () {
    yield prose;
    process.kill(indexProcess, 'SIGKILL');
    yield* Array(100).fill(prose);
  };
  await Encoder.addSource(encoder, { text });
  const built = await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
  unsubscribe();

  expect(built).toMatchObject({ ok: false, failure: { kind: 'index_process_died' } });
  expect(await readdir(folder)).toEqual([]);
  expect((await Encoder.getState(encoder)).state).toBe('error');
});

describe('an end in the middle of a build', () => {
  /** A text without end, which fills frames fast: the build goes on until it is ended. */
  const endless = async function* () {
    for (;;) yield `${randomBytes(2000).toString('base64')} `;
  };
  const encoding = (): Promise<void> =>
    new Promise((resolve) => {
      const unsubscribe = subscribeToEncoders((event) => {
        if (event.type !== 'encoder_progress' || event.stage !== 'encode' || event.done === 0) return;
        unsubscribe();
        resolve();
      });
    });
  const building = async () => {
    await writeFile(join(folder, 'm.mp4'), 'the old video');
    const encoder = await startEncoder();
    await Encoder.addSource(encoder, { text: endless });
    const busy = encoding();
    const built = Encoder.buildVideo(encoder, join(folder, 'm.mp4')).catch((error) => error.failure);
    await busy;
    return { encoder, built };
  };

  test('stopEncoder ends ffmpeg and workers, and leaves nothing but what was there', async () => {
    const { encoder, built } = await building();

    expect(await EncoderSupervisor.stopEncoder(supervisor, encoder)).toEqual({ ok: true });
    expect(await readdir(folder)).toEqual(['m.mp4']);
    expect(await readFile(join(folder, 'm.mp4'), 'utf8')).toBe('the old video');
    expect(await built).toBe('shutdown');
  });

  test('cancelBuild likewise; the encoder can be reset and used again', async () => {
    const { encoder, built } = await building();
    Encoder.cancelBuild(encoder);

    expect(await built).toEqual({ ok: false, failure: { kind: 'cancelled' } });
    expect(await readdir(folder)).toEqual(['m.mp4']);
    await Encoder.reset(encoder);
    await Encoder.addText(encoder, prose);
    const again = await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    const verified = await verifyArchive(join(folder, 'm.mp4'));
    expect([again.ok, verified.ok && verified.value.frames === verified.value.readable]).toEqual([
      true,
      true,
    ]);
  });

  test('a source that never gives its next piece does not hold up the end', async () => {
    const encoder = await startEncoder();
    const asked = new Promise<void>((resolve) => {
      const text = async function* () {
        yield prose;
        resolve();
        await new Promise(() => undefined);
      };
      void Encoder.addSource(encoder, { text });
    });
    const built = Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    await asked;
    Encoder.cancelBuild(encoder);

    expect(await built).toEqual({ ok: false, failure: { kind: 'cancelled' } });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a killed encoder takes its build with it, and leaves nothing either', async () => {
    const { encoder } = await building();
    const gone = exited(encoder);
    exit(encoder, 'kill');
    await gone;
    // What the build has started ends after its process; nobody waits for it but this test.
    while ((await readdir(folder)).length > 1) await new Promise((resolve) => setTimeout(resolve, 10));

    expect(await readdir(folder)).toEqual(['m.mp4']);
  });
});
