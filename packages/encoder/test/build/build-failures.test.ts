import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Embedder, EmbeddingError } from '@memvisor/embedding';
import { subscribe } from '@memvisor/supervisor';
import { describeEncoderFailure, Encoder, type EncoderConfig, type EncoderFailure } from '../../src/index.js';
import { embedder, folder, prose, startEncoder } from './encoders.js';
import { brokenFfmpeg } from './programs.js';

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
