import { randomBytes } from 'node:crypto';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Chunk,
  type CodecPool,
  type RecoveredChunk,
  recoverArchive,
  startCodecPool,
  writeArchive,
} from '../../src/index.js';
import { fixture, inFolder, kindOf, someChunks, unwrap } from '../support.js';

let pool: CodecPool;
beforeAll(() => {
  pool = startCodecPool({ size: 2 });
});
afterAll(() => pool.stop());

const recover = async (path: string) => {
  const found: RecoveredChunk[] = [];
  const report = unwrap(await recoverArchive(path, { pool, onChunk: (chunk) => void found.push(chunk) }));
  return { report, found, chunks: found.map(({ chunk }) => chunk) };
};

const write = async (folder: string, name: string, chunks: readonly Chunk[], profile: string) => {
  const path = join(folder, name);
  const metadata = { title: 'Speeches' };
  return unwrap(
    await writeArchive(chunks, { path, pool, profile, metadata, finalMetadata: () => ({ end: 1 }) }),
  );
};

describe('from the video alone', () => {
  test('all chunks with metadata, their frames, and the metadata of the archive', () =>
    inFolder(async (folder) => {
      const chunks: Chunk[] = [
        ...someChunks(30).map((chunk) => ({ ...chunk, meta: { line: chunk.id } })),
        { id: 100, text: randomBytes(9000).toString('base64') },
        { id: 105, text: 'last' },
      ];
      const written = await write(folder, 'a.mp4', chunks, 'h264');
      const { report, found, chunks: recovered } = await recover(written.path);
      expect(recovered).toEqual(chunks);
      expect(found.map(({ frames }) => frames)).toEqual(chunks.map(({ id }) => written.framesOf(id)));
      expect(report).toMatchObject({ chunks: 32, unreadable: [], missingChunks: 0, stoppedBy: undefined });
      expect(report.info.metadata).toEqual({ title: 'Speeches', end: 1 });
    }));

  test('of memvid v1', async () => {
    const { report, found } = await recover(fixture('memvid-v1/h264/memory.mkv'));
    expect(report).toMatchObject({ chunks: 40, unreadable: [], missingChunks: 0 });
    expect(found.map(({ frames }) => frames)).toEqual(found.map((_, frame) => [frame]));
  });
});

describe('from a Matroska file that is cut off', () => {
  test.each([0.3, 0.6, 0.95])('at %f of it: the chunks up to there, exactly', (share) =>
    inFolder(async (folder) => {
      const large = { id: 10, text: randomBytes(9000).toString('base64') };
      const chunks = [...someChunks(10), large, ...someChunks(150).slice(11)];
      const written = await write(folder, 'a.mkv', chunks, 'lossless');
      await truncate(written.path, Math.floor((await stat(written.path)).size * share));
      const { report, found, chunks: recovered } = await recover(written.path);
      expect(recovered.length).toBeGreaterThan(0);
      expect(recovered).toEqual(chunks.slice(0, recovered.length));
      for (const { chunk, frames } of found) expect(frames).toEqual(written.framesOf(chunk.id));
      expect(report.info).toMatchObject({ complete: false, metadata: { title: 'Speeches' } });
      expect(report).toMatchObject({ missingChunks: undefined });
    }),
  );
});

test('a frame that is painted over is named, and what it held is missing', () =>
  inFolder(async (folder) => {
    const chunks = someChunks(100);
    const written = await write(folder, 'a.mkv', chunks, 'lossless');
    // Inside a PNG in the middle, which no longer decodes; the container around it stays whole.
    const bytes = await readFile(written.path);
    let png = bytes.indexOf('IDAT', Math.floor(bytes.length / 2));
    while (bytes.indexOf('IDAT', png + 1) - png < 1000) png = bytes.indexOf('IDAT', png + 1);
    const file = await open(written.path, 'r+');
    await file.write(randomBytes(300), 0, 300, png + 40);
    await file.close();
    const { report, chunks: recovered } = await recover(written.path);
    expect(report.unreadable.length).toBeGreaterThan(0);
    expect(recovered.length).toBeLessThan(100);
    expect(report.missingChunks).toBe(100 - recovered.length);
    for (const chunk of recovered) expect(chunk).toEqual(chunks[chunk.id]);
  }));

test('what is no archive is a failure', async () => {
  expect(kindOf(await recoverArchive('/nowhere/a.mkv'))).toBe('file_missing');
});
