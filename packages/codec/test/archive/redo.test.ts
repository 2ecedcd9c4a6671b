import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findFfmpeg } from '../../src/archive/find-ffmpeg.js';
import { verifyArchive } from '../../src/archive/verify-archive.js';
import { writeArchive } from '../../src/archive/write-archive.js';
import { startCodecPool } from '../../src/pool/codec-pool.js';
import { fakeFfmpeg, filesIn, inFolder, someChunks, unwrap } from '../support.js';

const pool = startCodecPool({ size: 2 });
beforeAll(async () => {
  process.env.REAL_FFMPEG = unwrap(await findFfmpeg({ path: 'any.mp4' })).program;
});
afterAll(() => pool.stop());

test('a video whose frames do not read back is encoded again with safer settings', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'memory.mp4');
    const stages = new Set<string>();
    const chunks = someChunks(60);
    const written = unwrap(
      await writeArchive(chunks, {
        path,
        pool,
        ffmpegPath: fakeFfmpeg('coarse-once'),
        onProgress: ({ stage, attempt }) => stages.add(`${stage} ${attempt}`),
      }),
    );
    expect(written.attempts).toBe(2);
    expect([...stages]).toEqual(['encode 0', 'verify 0', 'encode 1', 'verify 1']);
    expect(filesIn(folder)).toEqual(['memory.mp4']);
    const verified = unwrap(await verifyArchive(path, { pool }));
    expect(verified).toMatchObject({ readable: written.frames, chunks: 60 });
  }));

test('after three encodings unreadable frames are a failure that names them, and no video is left', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'memory.mp4');
    const result = await writeArchive(someChunks(60), {
      path,
      pool,
      ffmpegPath: fakeFfmpeg('coarse-always'),
    });
    expect(result).toMatchObject({ ok: false, failure: { kind: 'unreadable_frames' } });
    expect(filesIn(folder)).toEqual([]);
  }));

test('without verification the same video is written, and verifyArchive finds the frames', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'memory.mp4');
    const options = { path, pool, verify: false, ffmpegPath: fakeFfmpeg('coarse-always') };
    const written = unwrap(await writeArchive(someChunks(60), options));
    expect(written.attempts).toBe(1);
    const result = await verifyArchive(path, { pool });
    // With every frame lost it is not even known as an archive; with some lost they are listed.
    const lost = result.ok ? result.value.unreadable.length : written.frames;
    expect(lost).toBeGreaterThan(0);
  }));
