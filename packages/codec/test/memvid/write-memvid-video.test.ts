import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openArchive } from '../../src/archive/open-archive.js';
import { splitForMemvid, writeMemvidVideo } from '../../src/memvid/write-memvid-video.js';
import { startCodecPool } from '../../src/pool/codec-pool.js';
import { filesIn, inFolder, kindOf, unwrap } from '../support.js';

const pool = startCodecPool({ size: 2 });
afterAll(() => pool.stop());

describe('a video for memvid v1', () => {
  test('holds a frame of 512 × 512 pixels for each text, numbered from 0', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mp4');
      const texts = ['short', 'ünïcödé 𝄞 \ud800', 'words '.repeat(300), randomBytes(400).toString('base64')];
      const written = unwrap(await writeMemvidVideo(texts, { path, pool }));
      expect(written).toMatchObject({ path, frames: 4, framePx: 512 });

      const archive = unwrap(await openArchive(path));
      expect(archive.info).toMatchObject({ format: 'json', frames: 4, widthPx: 512, heightPx: 512 });
      const read = unwrap(await archive.readFrames([0, 1, 2, 3]));
      await archive.close();
      expect(read.map((frame) => frame.ok && frame.chunks)).toEqual(texts.map((text, id) => [{ id, text }]));
    }));

  test('is refused where a text does not fit, and nothing is left; split, it fits', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mp4');
      const texts = ['short', randomBytes(2000).toString('base64')];
      expect(await writeMemvidVideo(texts, { path, pool })).toMatchObject({
        ok: false,
        failure: { kind: 'chunk_too_large', id: 1, limitBytes: 1091 },
      });
      expect(filesIn(folder)).toEqual([]);

      const pieces = unwrap(await splitForMemvid(texts, { pool }));
      expect(pieces.map((of) => of.join(''))).toEqual(texts);
      expect(unwrap(await writeMemvidVideo(pieces.flat(), { path, pool })).frames).toBe(pieces.flat().length);
    }));

  test.each([
    ['no text', [], 'memory.mp4', 'nothing_to_write'],
    ['a kind of file that H.264 can not live in', ['text'], 'memory.webm', 'container_unfit'],
  ] as const)('is not written: %s', (_, texts, name, kind) =>
    inFolder(async (folder) => {
      const path = join(folder, name);
      expect(kindOf(await writeMemvidVideo(texts, { path, pool }))).toBe(kind);
    }),
  );
});
