import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { verifyArchive } from '../../src/archive/verify-archive.js';
import { writeArchive } from '../../src/archive/write-archive.js';
import { runFfmpeg, succeeded } from '../../src/ffmpeg/run.js';
import { startCodecPool } from '../../src/pool/codec-pool.js';
import { inFolder, someChunks, unwrap } from '../support.js';

const pool = startCodecPool({ size: 2 });
afterAll(() => pool.stop());

test('a robust archive is still read in full after x264 at crf 28 and scaling by 1.5', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'memory.mp4');
    const chunks = someChunks(120);
    const written = unwrap(await writeArchive(chunks, { path, profile: 'robust', pool }));
    const again = join(folder, 'again.mp4');
    const { exit } = await runFfmpeg(written.ffmpeg, [
      ...['-nostdin', '-loglevel', 'error', '-i', path, '-vf', 'scale=iw*1.5:ih*1.5'],
      ...['-c:v', 'libx264', '-crf', '28', again],
    ]);
    expect(succeeded(exit)).toBe(true);

    const found: string[] = [];
    const onChunk = ({ text }: { text: string }) => void found.push(text);
    const verified = unwrap(await verifyArchive(again, { pool, onChunk }));

    expect(verified).toMatchObject({ frames: written.frames, readable: written.frames, missingChunks: 0 });
    expect(found).toEqual(chunks.map(({ text }) => text));
  }));
