import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runFfmpeg, succeeded } from '../../src/ffmpeg/run.js';
import {
  type Chunk,
  type CodecPool,
  openArchive,
  recoverArchive,
  startCodecPool,
  verifyArchive,
  type WrittenArchive,
  writeArchive,
} from '../../src/index.js';
import { inFolder, unwrap } from '../support.js';

let pool: CodecPool;
beforeAll(() => {
  pool = startCodecPool({ size: 2 });
});
afterAll(() => pool.stop());

/** More frames than one group of parity holds; on a machine with much else to do they take their time. */
jest.setTimeout(120_000);
const chunks: readonly Chunk[] = Array.from({ length: 235 }, (_, id) => ({
  id,
  text: randomBytes(1900).toString('base64'),
  meta: { path: 'random.txt', page: id },
}));

/** A copy of a video with some frames painted over, or taken out. */
const damaged = async (
  { path, ffmpeg }: WrittenArchive,
  frames: readonly number[],
  how: 'paint' | 'remove',
): Promise<string> => {
  const any = frames.map((frame) => `eq(n,${frame})`).join('+');
  const filter =
    how === 'paint' ? `drawbox=c=gray:t=fill:enable='${any}'` : `select='not(${any})',setpts=N/30/TB`;
  const copy = join(path, '..', `${how}.mkv`);
  const args = ['-y', '-nostdin', '-loglevel', 'error', '-i', path, '-vf', filter, '-c:v', 'png', copy];
  expect(succeeded((await runFfmpeg(ffmpeg, args)).exit)).toBe(true);
  return copy;
};

/** 2 % of the frames at random; as many in a row with the first, the last and one of the tail. */
const losses = ({ frames, parityFrames }: WrittenArchive): readonly (readonly number[])[] => {
  const count = Math.ceil(frames * 0.02);
  const shuffled = Array.from({ length: frames }, (_, at) => at).sort(() => Math.random() - 0.5);
  return [
    shuffled.slice(0, count),
    [0, ...Array.from({ length: count }, (_, at) => 100 + at), frames - parityFrames - 1, frames - 1],
  ];
};

describe('an archive with parity', () => {
  test('gives every text and its metadata when 2 % of its frames are lost, anywhere, and names what it restored', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mkv');
      const written = unwrap(
        await writeArchive(chunks, {
          path,
          pool,
          profile: 'lossless',
          parity: true,
          metadata: { title: 'T' },
        }),
      );
      expect(written.parityFrames).toBeGreaterThan(1);
      for (const lost of losses(written)) {
        const copy = await damaged(written, lost, 'paint');
        const found: Chunk[] = [];
        const verified = unwrap(
          await verifyArchive(copy, { pool, onChunk: (chunk) => void found.push(chunk) }),
        );
        expect(found).toEqual(chunks);
        expect(verified.restored.map(({ frame }) => frame)).toEqual([...lost].sort((a, b) => a - b));
        expect(verified).toMatchObject({
          frames: written.frames,
          readable: written.frames,
          unreadable: [],
          missingChunks: 0,
          info: { parityFrames: written.parityFrames, complete: true, metadata: { title: 'T' } },
        });
      }
    }));

  test('gives chunks by id and recovers all when frames are gone from the video', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mkv');
      const some = chunks.slice(0, 40);
      const written = unwrap(await writeArchive(some, { path, pool, profile: 'lossless', parity: true }));
      const copy = await damaged(written, [20], 'remove');

      const archive = unwrap(await openArchive(copy, { pool }));
      const [gone, after] = unwrap(await archive.readFrames([20, 30]));
      const read = unwrap(await archive.readChunks([3, 19, 20, 39]));
      await archive.close();
      expect(gone).toMatchObject({ ok: true, frame: 20, restored: {} });
      expect(after).toMatchObject({ ok: true, frame: 30 });
      expect(read).toEqual([3, 19, 20, 39].map((id) => chunks[id]));

      const found: Chunk[] = [];
      const report = unwrap(
        await recoverArchive(copy, { pool, onChunk: ({ chunk }) => void found.push(chunk) }),
      );
      expect(found).toEqual(some);
      expect(report).toMatchObject({ unreadable: [], restored: [{ frame: 20 }], missingChunks: 0 });
    }));

  test('names what is lost where that is more than its parity can restore', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'memory.mkv');
      const written = unwrap(
        await writeArchive(chunks.slice(0, 30), { path, pool, profile: 'lossless', parity: true }),
      );
      const lost = [4, 5, 6, 7];
      const verified = unwrap(await verifyArchive(await damaged(written, lost, 'paint'), { pool }));
      expect(verified.unreadable.map(({ frame }) => frame)).toEqual(lost);
      expect(verified).toMatchObject({ restored: [], missingChunks: lost.length });
    }));
});
