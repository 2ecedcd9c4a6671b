import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openArchive } from '@memvisor/codec';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { chunkText, describeEncoderFailure, Encoder, EncoderSupervisor } from '@memvisor/encoder';
import { type DynamicSupervisorProtocol, type Pid, stopServer } from '@memvisor/supervisor';
import fc from 'fast-check';

jest.setTimeout(120_000);

let folder = '';
let encoders: Pid<DynamicSupervisorProtocol>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'round-trip-'));
  const started = await EncoderSupervisor.startLink();
  if (!started.ok) throw new Error('not started');
  encoders = started.pid;
});
afterAll(async () => {
  await stopServer(encoders, 'shutdown');
  await rm(folder, { recursive: true, force: true });
});

interface Settings {
  readonly codec: string;
  readonly chunking: { readonly chunkSize: number; readonly overlap: number };
}

/** The chunks that a text became, as read back from the video, with the place that the video gives them. */
const throughVideo = async (text: string, { codec, chunking }: Settings) => {
  const started = await EncoderSupervisor.startEncoder(encoders, {
    indexName: 'round trip',
    config: { codec, chunking, embedding: { module: hashEmbedder({ dimensions: 8 }) } },
  });
  if (!started.ok || started.pid === undefined) throw new Error('not started');
  const video = join(folder, 'm.mkv');
  await Encoder.addText(started.pid, text);
  const built = await Encoder.buildVideo(started.pid, video);
  await EncoderSupervisor.stopEncoder(encoders, started.pid);
  if (!built.ok) throw new Error(describeEncoderFailure(built.failure));

  const archive = await openArchive(video);
  if (!archive.ok) throw new Error(archive.failure.kind);
  const chunks: { readonly text: string; readonly offset: number }[] = [];
  for await (const frame of archive.value.readAllFrames()) {
    if (!frame.ok) throw new Error(frame.failure.kind);
    for (const { id, text, meta } of frame.chunks) chunks[id] = { text, offset: Number(meta?.start ?? 0) };
  }
  return chunks;
};

/** The whole text: each chunk without what it repeats of the one before. */
const joined = (chunks: readonly { readonly text: string; readonly offset: number }[]): string => {
  let text = '';
  for (const chunk of chunks) text += chunk.text.slice(text.length - chunk.offset);
  return text;
};

const bytes = (texts: readonly string[]) => texts.map((text) => Buffer.from(text).toString('hex'));

const awkward = [
  '😀',
  '👩‍👩‍👧',
  '短い文。',
  'שלום',
  'مرحبا',
  '\u202e',
  '\0',
  '\n',
  '\r',
  '\r\n',
  '\u2028',
  '\ufeff',
  'é',
  'e\u0301',
  ' ',
  '\t',
  '"',
  '\\',
  '# A\n',
];
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...awkward), fc.string({ unit: 'binary', maxLength: 40 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((parts) => parts.join(''))
  .filter((text) => text !== '' && Buffer.from(text).toString() === text);

const settings = fc
  .record({
    codec: fc.constantFrom('h264', 'lossless'),
    chunkSize: fc.integer({ min: 16, max: 400 }),
    part: fc.double({ min: 0, max: 0.5, noNaN: true }),
  })
  .map(({ codec, chunkSize, part }) => ({
    codec,
    chunking: { chunkSize, overlap: Math.floor(chunkSize * part) },
  }));

describe('what goes in comes out', () => {
  test('any UTF-8 text: the chunks byte for byte, and the text from the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, settings, async (text, chosen) => {
        const read = await throughVideo(text, chosen);
        const written = [...chunkText(text, chosen.chunking)].map((chunk) => chunk.text);
        expect(bytes(read.map((chunk) => chunk.text))).toEqual(bytes(written));
        expect(Buffer.from(joined(read)).equals(Buffer.from(text))).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  test.each([
    ['one newline', '\n'],
    ['newlines alone', '\n\r\n\r\n\n'.repeat(100)],
    ['NULs alone', '\0'.repeat(5000)],
    ['one emoji after the other', '👩‍👩‍👧😀'.repeat(500)],
    ['half a megabyte without a space', 'x短'.repeat(125_000)],
  ])('%s', async (_, text) => {
    const read = await throughVideo(text, { codec: 'lossless', chunking: { chunkSize: 1024, overlap: 32 } });
    expect(joined(read)).toBe(text);
  });
});
