import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { OptionError, ownMark } from '@memvisor/supervisor';
import { writeArchive } from '../../src/archive/write-archive.js';
import type { WriteArchiveOptions } from '../../src/archive/write-options.js';
import type { Chunk } from '../../src/chunk.js';
import { describeFailure } from '../../src/failure.js';
import { startCodecPool } from '../../src/pool/codec-pool.js';
import { fakeFfmpeg, filesIn, fixture, inFolder, kindOf, someChunks } from '../support.js';

const pool = startCodecPool({ size: 1 });
afterAll(() => pool.stop());

describe('writeArchive leaves nothing behind', () => {
  test.each(['exits-3-mid-stream', 'fills-stderr'])('when ffmpeg %s', (behaviour) =>
    inFolder(async (folder) => {
      const result = await write(folder, someChunks(200), { ffmpegPath: fakeFfmpeg(behaviour) });
      expect(kindOf(result)).toBe('ffmpeg_failed');
      expect(filesIn(folder)).toEqual([]);
    }),
  );

  test('when ffmpeg finds the disk full, which is told of the file that was asked for', () =>
    inFolder(async (folder) => {
      const result = await write(folder, someChunks(200), { ffmpegPath: fakeFfmpeg('exits-3') });
      expect(result).toEqual({ ok: false, failure: { kind: 'disk_full', path: join(folder, 'memory.mp4') } });
      expect(filesIn(folder)).toEqual([]);
    }));

  test('when ffmpeg says that all is well but wrote no video', () =>
    inFolder(async (folder) => {
      const result = await write(folder, someChunks(3), { ffmpegPath: fakeFfmpeg('writes-nothing') });
      expect(kindOf(result)).toMatch(/unreadable_frames|not_a_video/);
      expect(filesIn(folder)).toEqual([]);
    }));

  test('not even of a process that was killed while it wrote there', () =>
    inFolder(async (folder) => {
      const { pid } = spawnSync(process.execPath, ['--version']);
      const mark = ownMark().replace(/-[0-9]+-/, `-${pid}-`);
      for (const ending of ['partial', 'spool'])
        await writeFile(join(folder, `.m.mp4.unfinished-${mark}-0badcafe.${ending}`), 'half');
      expect(kindOf(await write(folder, []))).toBe('nothing_to_write');
      expect(filesIn(folder)).toEqual([]);
    }));

  test('when there is no chunk', () =>
    inFolder(async (folder) => {
      expect(kindOf(await write(folder, []))).toBe('nothing_to_write');
      expect(kindOf(await write(folder, [], { format: 'json' }))).toBe('nothing_to_write');
      expect(filesIn(folder)).toEqual([]);
    }));

  test('when a chunk is too large for a JSON frame: it is named', () =>
    inFolder(async (folder) => {
      const chunks = [{ id: 0, text: 'small' }, ...someChunks(1, 2000).map(({ text }) => ({ id: 4, text }))];
      const result = await write(folder, chunks, { format: 'json' });
      expect(result).toMatchObject({
        ok: false,
        failure: { kind: 'chunk_too_large', id: 4, limitBytes: 2953 },
      });
      expect(filesIn(folder)).toEqual([]);
    }));

  test('when the source of the chunks throws, which comes through', () =>
    inFolder(async (folder) => {
      async function* chunks() {
        yield* someChunks(5);
        throw new RangeError('from the source');
      }
      await expect(write(folder, chunks())).rejects.toThrow(new RangeError('from the source'));
      expect(filesIn(folder)).toEqual([]);
    }));

  test.each<[string, Chunk[], string]>([
    [
      'an id that is not above the one before',
      [
        { id: 1, text: '' },
        { id: 1, text: '' },
      ],
      'chunk.id',
    ],
    ['an id below 0', [{ id: -1, text: '' }], 'chunk.id'],
    ['an id of 2^32', [{ id: 2 ** 32, text: '' }], 'chunk.id'],
  ])('when a chunk has %s', (_, chunks, option) =>
    inFolder(async (folder) => {
      const written = write(folder, chunks);
      await expect(written).rejects.toBeInstanceOf(OptionError);
      await expect(written).rejects.toMatchObject({ option });
      expect(filesIn(folder)).toEqual([]);
    }),
  );

  test('when cancelled before, during or by the pool', () =>
    inFolder(async (folder) => {
      expect(kindOf(await write(folder, someChunks(1), { signal: AbortSignal.abort() }))).toBe('cancelled');

      const controller = new AbortController();
      async function* endless() {
        for (let id = 0; ; id++) {
          if (id === 400) controller.abort();
          yield { id, text: someChunks(1)[0]?.text ?? '' };
        }
      }
      expect(kindOf(await write(folder, endless(), { signal: controller.signal }))).toBe('cancelled');

      const stopped = startCodecPool({ size: 1 });
      async function* untilStopped() {
        yield* someChunks(1);
        await stopped.stop();
      }
      expect(kindOf(await write(folder, untilStopped(), { pool: stopped }))).toBe('cancelled');
      expect(filesIn(folder)).toEqual([]);
    }));

  test.each(['ignores-sigterm', 'stops-reading'])('when cancelled while ffmpeg %s', (behaviour) =>
    inFolder(async (folder) => {
      const controller = new AbortController();
      async function* chunks() {
        yield* someChunks(3);
        controller.abort();
      }
      const options = { ffmpegPath: fakeFfmpeg(behaviour), signal: controller.signal };
      expect(kindOf(await write(folder, chunks(), options))).toBe('cancelled');
      expect(filesIn(folder)).toEqual([]);
    }),
  );

  test('when ffmpeg takes nothing any more', () =>
    inFolder(async (folder) => {
      const result = await write(folder, someChunks(400), {
        ffmpegPath: fakeFfmpeg('stops-reading'),
        stallTimeoutMs: 50,
      });
      expect(kindOf(result)).toBe('ffmpeg_stalled');
      expect(filesIn(folder)).toEqual([]);
    }));

  test('and keeps the file that was there', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'memory.mp4'), 'precious');
      await write(folder, someChunks(3), { ffmpegPath: fakeFfmpeg('exits-3') });
      expect(filesIn(folder)).toEqual(['memory.mp4']);
    }));
});

describe('before any work is done', () => {
  test.each([
    ['h264', 'memory.webm', ['.mp4', 'av1']],
    ['av1', 'memory.mov', ['.webm', 'h264']],
    ['lossless', 'memory.mp4', ['.mkv', 'h264']],
    ['h264', 'memory.avi', ['.mp4', '.webm']],
  ])('%s does not go into %s, and the failure says what does', (profile, name, instead) =>
    inFolder(async (folder) => {
      const result = await writeArchive(mustNotBeRead(), { path: join(folder, name), profile });
      expect(kindOf(result)).toBe('container_unfit');
      for (const hint of instead) expect(result.ok ? '' : describeFailure(result.failure)).toContain(hint);
    }),
  );

  test('an output that can not be created is found', () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, 'taken.mp4'));
      for (const path of [join(folder, 'no', 'such', 'folder.mp4'), join(folder, 'taken.mp4')])
        expect(kindOf(await writeArchive(mustNotBeRead(), { path }))).toBe('unwritable');
    }));

  test.each([
    ['that is not there', '/no/such/ffmpeg', 'no such program'],
    ['that may not be executed', fileURLToPath(import.meta.url), 'may not be executed'],
    ['that is something else', fixture('programs/not-ffmpeg.mjs'), 'does not answer like ffmpeg'],
    ['without the encoder', fakeFfmpeg('exits-3'), 'libx265'],
  ])('an ffmpeg %s is refused, with the place and the reason', (_, ffmpegPath, reason) =>
    inFolder(async (folder) => {
      const options = { path: join(folder, 'memory.mp4'), profile: 'h265', ffmpegPath };
      const result = await writeArchive(mustNotBeRead(), options);
      expect(result).toMatchObject({
        ok: false,
        failure: { kind: 'ffmpeg_missing', tried: [{ place: 'option' }] },
      });
      const text = result.ok ? '' : describeFailure(result.failure);
      expect(text).toContain(reason);
      expect(text).toContain('FFMPEG_PATH');
      expect(filesIn(folder)).toEqual([]);
    }),
  );

  test.each<[string, Partial<WriteArchiveOptions>]>([
    ['profile', { profile: 'vp8' }],
    ['path', { path: '' }],
    ['frameRate', { frameRate: 0 }],
    ['stallTimeoutMs', { stallTimeoutMs: 0 }],
    ['frameRate', { frameRate: 241 }],
    ['format', { format: 'xml' as 'json' }],
    ['errorCorrection', { errorCorrection: 'X' as 'L' }],
    ['profil', { profil: 'lossless' } as object],
  ])('%s is checked: %j', async (option, options) => {
    await expect(writeArchive(mustNotBeRead(), { path: 'x.mp4', ...options })).rejects.toMatchObject({
      option,
    });
  });
});

const write = (
  folder: string,
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  options: Partial<WriteArchiveOptions> = {},
) => writeArchive(chunks, { path: join(folder, 'memory.mp4'), pool, ...options });

// biome-ignore lint/correctness/useYield: it is never to yield
function* mustNotBeRead(): Generator<Chunk> {
  throw new Error('work was started');
}
