import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openArchive } from '../../src/archive/open-archive.js';
import { startCodecPool } from '../../src/pool/codec-pool.js';
import { fixture, unwrap } from '../support.js';

const pool = startCodecPool({ size: 2 });
afterAll(() => pool.stop());

describe('an archive that memvid v1 wrote', () => {
  test('in h264: every chunk comes back as its own index has it', async () => {
    const { texts, expected } = await readBack('h264', 'memory.mkv');
    expect(texts).toEqual(expected);
  });

  test('in mp4v, of which zxing reads nine in ten: every chunk comes back as well', async () => {
    const { texts, expected } = await readBack('mp4v', 'memory.mp4');
    expect(texts).toEqual(expected);
  });

  test('is known as JSON frames without a table', async () => {
    const { info, framesOf } = unwrap(await openArchive(fixture('memvid-v1/h264/memory.mkv')));
    expect(info).toMatchObject({
      format: 'json',
      frames: 40,
      chunks: 40,
      archiveId: undefined,
      widthPx: 256,
    });
    expect(framesOf(0)).toEqual([]);
  });

  test('gives single frames', async () => {
    const archive = unwrap(await openArchive(fixture('memvid-v1/h264/memory.mkv')));
    const frames = unwrap(await archive.readFrames([39, 0, 17]));
    expect(frames.map((frame) => frame.ok && frame.chunks[0]?.id)).toEqual([39, 0, 17]);
    await archive.close();
  });
});

const readBack = async (folder: string, name: string) => {
  const index: unknown = JSON.parse(await readFile(fixture(`memvid-v1/${folder}/memory.json`), 'utf8'));
  const { metadata } = index as { metadata: { text: string }[] };
  const archive = unwrap(await openArchive(fixture(`memvid-v1/${folder}/${name}`), { pool }));
  const texts: (string | undefined)[] = [];
  for await (const frame of archive.readAllFrames()) texts.push(frame.ok ? frame.chunks[0]?.text : undefined);
  return { texts, expected: metadata.map(({ text }) => text) };
};
