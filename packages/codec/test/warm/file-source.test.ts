import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CodecPool, openArchive, startCodecPool, writeArchive } from '../../src/index.js';
import { openPackets } from '../../src/warm/packets.js';
import { collectChunks, inFolder, someChunks, unwrap } from '../support.js';

let pool: CodecPool;
beforeAll(() => {
  pool = startCodecPool({ size: 2 });
});
afterAll(() => pool.stop());

/** Where the table of a Matroska file begins that leads to its key frames. */
const cues = Buffer.from([0x1c, 0x53, 0xbb, 0x6b]);

test('a damaged Matroska file is read to its end, and not without end', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'm.mkv');
    unwrap(await writeArchive(someChunks(60), { path, pool, profile: 'lossless' }));
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0, bytes.lastIndexOf(cues)));

    const packets = await openPackets(path);
    expect(await packets?.last()).toBeUndefined();
    expect((await packets?.read(0, 30))?.length).toBeGreaterThan(0);
    packets?.close();

    const archive = unwrap(await openArchive(path, { pool }));
    expect(await collectChunks(archive)).toEqual(someChunks(60));
    await archive.close();
  }));
