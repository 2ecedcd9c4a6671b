import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openArchive } from '../../src/archive/open-archive.js';
import { verifyArchive } from '../../src/archive/verify-archive.js';
import { writeArchive } from '../../src/archive/write-archive.js';
import type { Chunk } from '../../src/chunk.js';
import { runFfmpeg } from '../../src/ffmpeg/run.js';
import { startCodecPool } from '../../src/pool/codec-pool.js';
import { collectChunks, filesIn, inFolder, someChunks, unwrap } from '../support.js';

const pool = startCodecPool({ size: 2 });
afterAll(() => pool.stop());

describe('what goes in comes out', () => {
  test.each([
    ['h264', 'mp4', 'packed'],
    ['h264', 'mkv', 'packed'],
    ['h264', 'mov', 'json'],
    ['h265', 'mp4', 'packed'],
    ['h265', 'mkv', 'json'],
    ['lossless', 'mkv', 'packed'],
    ['lossless', 'mov', 'packed'],
    ['lossless', 'mkv', 'json'],
    ['robust', 'mp4', 'packed'],
    ['robust', 'mkv', 'json'],
  ] as const)('%s in .%s, %s frames', (profile, extension, format) =>
    inFolder(async (folder) => {
      const path = join(folder, `memory.${extension}`);
      const chunks = someChunks(24);

      const written = unwrap(await writeArchive(chunks, { path, profile, format, pool }));

      expect(filesIn(folder)).toEqual([`memory.${extension}`]);
      const { info } = unwrap(await openArchive(path, { pool }));
      expect(info).toMatchObject({ format, chunks: 24, frames: written.frames, complete: true });
      const found: Chunk[] = [];
      const onChunk = (chunk: Chunk) => void found.push(chunk);
      const verified = unwrap(await verifyArchive(path, { pool, onChunk }));
      expect(found).toEqual(chunks);
      expect(verified).toMatchObject({
        readable: written.frames,
        chunks: 24,
        unreadable: [],
        missingChunks: 0,
      });
    }),
  );

  test('any text at all, on the way through a video', () =>
    inFolder(async (folder) => {
      const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((all) => String.fromCharCode(...all));
      const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), units), { minLength: 1 });
      await fc.assert(
        fc.asyncProperty(texts, fc.constantFrom('packed' as const, 'json' as const), async (all, format) => {
          const path = join(folder, 'memory.mkv');
          const chunks = all.map((text, id): Chunk => ({ id, text }));
          unwrap(await writeArchive(chunks, { path, profile: 'lossless', format, pool, verify: false }));
          const archive = unwrap(await openArchive(path, { pool }));
          expect(await collectChunks(archive)).toEqual(chunks);
        }),
        { numRuns: 5 },
      );
    }));

  test('large chunks between small ones, found by id and by any of their frames', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mkv');
      const large = randomBytes(20_000).toString('base64');
      const chunks: Chunk[] = [
        { id: 3, text: 'first', meta: { line: 1 } },
        { id: 10, text: large },
        { id: 11, text: 'after', meta: { source: 'b.txt' } },
        { id: 20, text: large.slice(5) },
      ];
      const written = unwrap(await writeArchive(chunks, { path, profile: 'lossless', pool }));
      const archive = unwrap(await openArchive(path));

      const frames = archive.framesOf(10);
      expect(frames.length).toBeGreaterThan(3);
      expect(written.framesOf(10)).toEqual(frames);
      expect(archive.framesOf(2)).toEqual([]);
      const [middle] = unwrap(await archive.readFrames([frames[2] as number]));
      expect(middle).toEqual({ ok: true, frame: frames[2], chunks: [chunks[1]] });
      expect(unwrap(await archive.readChunks([20, 3, 4, 11]))).toEqual([chunks[3], chunks[0], chunks[2]]);
      expect(await collectChunks(archive)).toEqual(chunks);
      await archive.close();
    }));

  test('metadata given before and after the chunks', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mkv');
      const sources = Array.from({ length: 400 }, () => randomBytes(20).toString('hex'));
      async function* chunks() {
        yield* someChunks(3);
        sources.push('last');
      }
      const written = unwrap(
        await writeArchive(chunks(), {
          path,
          profile: 'lossless',
          pool,
          metadata: { title: 'é', noise: randomBytes(8000).toString('hex') },
          finalMetadata: () => ({ sources }),
        }),
      );
      const { info } = unwrap(await openArchive(path));
      expect(info.metadata).toMatchObject({ title: 'é', sources });
      expect(info.archiveId).toBe(written.archiveId);
      expect(info.profile).toBe('lossless');
    }));
});

describe('reading frames', () => {
  test('gives them in the order asked for, each as often as asked for', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mp4');
      const chunks = someChunks(300);
      const { frames } = unwrap(await writeArchive(chunks, { path, pool, frameRate: 10 }));
      const archive = unwrap(await openArchive(path, { pool }));
      const asked = [frames - 2, 1, frames - 2, 0, Math.floor(frames / 2)];

      const read = unwrap(await archive.readFrames(asked));

      expect(read.map(({ frame }) => frame)).toEqual(asked);
      for (const frame of read)
        if (frame.ok) for (const chunk of frame.chunks) expect(chunk).toEqual(chunks[chunk.id]);
      expect(read[3]).toEqual({ ok: true, frame: 0, chunks: [] });
      expect(unwrap(await archive.readFrames([]))).toEqual([]);
      for (const frame of [frames, -1, 0.5, Number.NaN]) {
        const result = await archive.readFrames([frame]);
        expect(result).toEqual({ ok: false, failure: { kind: 'no_such_frame', frame, frames } });
      }
      await archive.close();
    }));

  test('finds them by counting where another program has moved their times', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mkv');
      const moved = join(folder, 'moved.mkv');
      const written = unwrap(await writeArchive(someChunks(100), { path, profile: 'lossless', pool }));
      const { exit } = await runFfmpeg(written.ffmpeg, [
        ...['-nostdin', '-loglevel', 'error', '-i', path, '-vf', 'setpts=if(gt(N\\,4)\\,PTS+0.1/TB\\,PTS)'],
        ...['-vsync', 'passthrough', '-c:v', 'png', '-pix_fmt', 'monob', moved],
      ]);
      expect(exit).toMatchObject({ kind: 'exited', exitCode: 0 });
      const [original, copy] = [unwrap(await openArchive(path)), unwrap(await openArchive(moved))];
      const frames = [6, 7];
      expect(unwrap(await copy.readFrames(frames))).toEqual(unwrap(await original.readFrames(frames)));
      await Promise.all([original.close(), copy.close()]);
    }));
});
