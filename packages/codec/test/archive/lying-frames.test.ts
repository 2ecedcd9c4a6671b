import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { placeFrames } from '../../src/archive/place-frames.js';
import type { ReadFrame } from '../../src/archive/read-frames.js';
import { type PackedHeader, readPacked, writePacked } from '../../src/frames/packed-header.js';
import { type Chunk, inlineRunner, type JobRunner, verifyArchive, writeArchive } from '../../src/index.js';
import { inFolder, someChunks, unwrap } from '../support.js';

/** Frames of which some say of themselves what is not so, checksum and all. */
const lying = (lie: (header: PackedHeader) => PackedHeader): JobRunner => ({
  ...inlineRunner,
  run: (job, input, options) => {
    if (job !== 'drawFrames' && job !== 'drawBits') return inlineRunner.run(job, input, options);
    const { payloads } = input as { readonly payloads: readonly Uint8Array[] };
    const changed = payloads.map((payload) => {
      const read = readPacked(payload);
      if (!read.ok) throw new Error(read.failure.kind);
      return writePacked(lie(read.value.header), read.value.body);
    });
    return inlineRunner.run(job, { ...input, payloads: changed }, options);
  },
});
const most = 2 ** 32 - 1;

const lies: readonly [string, (header: PackedHeader) => PackedHeader][] = [
  [
    'parity frames that claim to protect billions of frames',
    (header) =>
      header.kind === 'parity'
        ? { ...header, firstChunk: Math.ceil(most / 200), count: 20, part: { offset: 0, total: most } }
        : header,
  ],
  [
    'a tail that claims to be the last of billions',
    (header) => (header.kind === 'tail' ? { ...header, frame: most } : header),
  ],
];

test.each(lies)('%s cost neither time nor memory, and the texts are read', (_, lie) =>
  inFolder(async (folder) => {
    const path = join(folder, 'm.mkv');
    const chunks = someChunks(8);
    const settings = { path, profile: 'lossless', parity: true, verify: false } as const;
    const { frames } = unwrap(await writeArchive(chunks, { ...settings, pool: lying(lie) }));
    for (const decoders of [0, 1]) {
      const texts: string[] = [];
      const onChunk = ({ text }: Chunk) => void texts.push(text);
      const report = unwrap(await verifyArchive(path, { pool: inlineRunner, decoders, onChunk }));
      expect(report).toMatchObject({ frames, info: { frames } });
      expect(texts).toEqual(chunks.map(({ text }) => text));
    }
  }),
);

test('frames after a long gap are where they say, one that no loss explains is misplaced', async () => {
  const said = [0, 200_000, 200_001, most];
  async function* read(): AsyncGenerator<ReadFrame> {
    for (const [frame, says] of said.entries())
      yield {
        frame,
        result: { ok: true, value: { kind: 'chunks', format: 'packed', frame: says, chunks: [] } },
      };
  }
  const found: number[] = [];
  let lost = 0;
  for await (const { frame, result } of placeFrames(read(), 200_003))
    if (result.ok) found.push(frame);
    else if (result.failure.kind === 'misplaced')
      expect([frame, result.failure.says]).toEqual([200_002, most]);
    else lost += 1;
  expect([found, lost]).toEqual([[0, 200_000, 200_001], 199_999]);
});
