import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeFailure, openArchive, startCodecPool, writeArchive } from '@memvisor/codec';
import { chunkText } from '@memvisor/encoder';

/** Ten million characters of several scripts, no space among them; always the same. */
const textWithoutSpace = (): string => {
  let seed = 1;
  const below = (limit: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return seed % limit;
  };
  const letters = [...'abcdefghijklmnopqrstuvwxyz日本語é🥐שא'];
  const words = Array.from({ length: 3000 }, () =>
    Array.from({ length: 2 + below(9) }, () => letters[below(letters.length)]).join(''),
  );
  const parts: string[] = [];
  for (let length = 0; length < 10_000_000; ) {
    const word = words[below(words.length)] ?? '';
    parts.push(word);
    length += word.length;
  }
  return parts.join('');
};

test('10 MB without a space come back out of the video byte for byte', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'large-text-'));
  const pool = startCodecPool();
  try {
    const text = textWithoutSpace();
    const chunks = [...chunkText(text, { chunkSize: 1024, overlap: 32 })];
    const path = join(folder, 'large.mkv');
    const written = await writeArchive(
      chunks.map((chunk, id) => ({ id, text: chunk.text })),
      // What is read below is all of it, so it need not be read back twice.
      { path, profile: 'lossless', verify: false, pool },
    );
    if (!written.ok) throw new Error(describeFailure(written.failure));
    const opened = await openArchive(path, { pool });
    if (!opened.ok) throw new Error(describeFailure(opened.failure));

    const wrong: number[] = [];
    let read = 0;
    let rebuilt = '';
    for await (const frame of opened.value.readAllFrames()) {
      if (!frame.ok) throw new Error(`frame ${frame.frame}: ${frame.failure.kind}`);
      for (const { id, text: got } of frame.chunks) {
        read++;
        const expected = chunks[id];
        if (got !== expected?.text) wrong.push(id);
        else rebuilt += got.slice(rebuilt.length - expected.start);
      }
    }
    expect({ read, wrong }).toEqual({ read: chunks.length, wrong: [] });
    expect(rebuilt === text).toBe(true);
  } finally {
    await pool.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 300_000);
