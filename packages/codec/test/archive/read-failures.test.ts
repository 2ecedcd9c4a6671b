import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openArchive } from '../../src/archive/open-archive.js';
import { verifyArchive } from '../../src/archive/verify-archive.js';
import { writeArchive } from '../../src/archive/write-archive.js';
import { CodecError } from '../../src/codec-error.js';
import { runFfmpeg } from '../../src/ffmpeg/run.js';
import { startCodecPool } from '../../src/pool/codec-pool.js';
import { fakeFfmpeg, inFolder, kindOf, someChunks, unwrap } from '../support.js';

const pool = startCodecPool({ size: 2 });
afterAll(() => pool.stop());

/** Repeats a frame before frame 3 and takes one out after it, as decoders do that hide a lost frame. */
const hideFrame3 = async (ffmpeg: string, from: string, to: string): Promise<void> => {
  const filter = "loop=loop=1:size=1:start=2,select='not(eq(n,4))',setpts=N/FRAME_RATE/TB";
  const { exit } = await runFfmpeg(ffmpeg, ['-i', from, '-vf', filter, '-c:v', 'ffv1', to]);
  if (exit.kind !== 'exited' || exit.exitCode !== 0) throw new Error(JSON.stringify(exit));
};

test('a frame that is shown in place of a lost one is a failure of its place, and its chunks count once', () =>
  inFolder(async (folder) => {
    const chunks = someChunks(300);
    const written = unwrap(
      await writeArchive(chunks, { path: join(folder, 'a.mkv'), profile: 'lossless', pool }),
    );
    const path = join(folder, 'b.mkv');
    await hideFrame3(written.ffmpeg, join(folder, 'a.mkv'), path);

    const verified = unwrap(await verifyArchive(path, { pool }));
    // Numbered by what they say, all others are found, wherever they are shown.
    expect(verified.unreadable).toEqual([{ frame: 3, failure: { kind: 'no_symbol' } }]);
    expect(verified.missingChunks).toBeGreaterThan(0);
    expect(verified.chunks + verified.missingChunks).toBe(300);
    const archive = unwrap(await openArchive(path, { pool }));
    expect(unwrap(await archive.readFrames([3]))).toMatchObject([
      { ok: false, failure: { kind: 'misplaced' } },
    ]);
    await archive.close();
  }));

describe('openArchive', () => {
  test('tells a missing file, a folder, a text, an empty file and a playlist', () =>
    inFolder(async (folder) => {
      const at = (name: string) => join(folder, name);
      await mkdir(at('folder.mp4'));
      await writeFile(at('text.mp4'), 'just text, not a video '.repeat(100));
      await writeFile(at('empty.mp4'), '');
      await writeFile(at('list.mp4'), '#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/x.ts\n');
      expect(kindOf(await openArchive(at('missing.mp4')))).toBe('file_missing');
      expect(kindOf(await openArchive(at('folder.mp4')))).toBe('file_unreadable');
      for (const name of ['text.mp4', 'empty.mp4', 'list.mp4'])
        expect([name, kindOf(await openArchive(at(name)))]).toEqual([name, 'not_a_video']);
    }));

  test('a truncated .mkv can be opened to save what is there, a truncated .mp4 can not be opened', () =>
    inFolder(async (folder) => {
      const chunks = someChunks(300);
      for (const name of ['whole.mkv', 'whole.mp4']) {
        unwrap(await writeArchive(chunks, { path: join(folder, name), pool }));
        await copyFile(join(folder, name), join(folder, `cut-${name}`));
        const { length } = await readFile(join(folder, name));
        await truncate(join(folder, `cut-${name}`), name.endsWith('mkv') ? Math.floor(length / 2) : 30);
      }

      expect(kindOf(await openArchive(join(folder, 'cut-whole.mp4')))).toBe('not_a_video');
      const cut = join(folder, 'cut-whole.mkv');
      expect(kindOf(await openArchive(cut))).toBe('truncated');
      const archive = unwrap(await openArchive(cut, { allowTruncated: true }));
      expect(archive.info.complete).toBe(false);
      const verified = unwrap(await verifyArchive(cut, { pool }));
      expect(verified.info.complete).toBe(false);
      expect(verified.chunks).toBeGreaterThan(50);
      expect(verified.chunks).toBeLessThan(300);
    }));

  test.each([
    ['exits-3', 'not_a_video'],
    ['writes-half-a-frame', 'not_a_video'],
    ['writes-nonsense', 'not_a_video'],
  ])('with an ffmpeg that %s is %s', (behaviour, kind) =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mp4');
      await writeFile(path, 'whatever');
      expect(kindOf(await openArchive(path, { ffmpegPath: fakeFfmpeg(behaviour) }))).toBe(kind);
    }),
  );

  test('is cancelled by its signal, also while ffmpeg ignores SIGTERM', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mp4');
      await writeFile(path, 'whatever');
      expect(kindOf(await openArchive(path, { signal: AbortSignal.abort() }))).toBe('cancelled');
      const ffmpegPath = fakeFfmpeg('ignores-sigterm');
      expect(kindOf(await openArchive(path, { ffmpegPath, signal: AbortSignal.timeout(300) }))).toBe(
        'cancelled',
      );
    }));
});

describe('readAllFrames', () => {
  test('ends ffmpeg when the loop is left early', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mkv');
      unwrap(await writeArchive(someChunks(300), { path, profile: 'lossless', pool }));
      const archive = unwrap(await openArchive(path, { pool }));
      for await (const frame of archive.readAllFrames()) {
        expect(frame.ok).toBe(true);
        break;
      }
    }));

  test('throws a CodecError in the loop when cancelled', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mkv');
      unwrap(await writeArchive(someChunks(300), { path, profile: 'lossless', pool }));
      const archive = unwrap(await openArchive(path, { pool }));
      const controller = new AbortController();
      const loop = async () => {
        for await (const _ of archive.readAllFrames({ signal: controller.signal })) controller.abort();
      };
      await expect(loop()).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
      await expect(loop()).rejects.toBeInstanceOf(CodecError);
    }));
});
