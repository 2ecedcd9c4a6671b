import type { Chunk } from '../chunk.js';
import { checkCancelled, fail } from '../codec-error.js';
import { finishFrame } from '../frames/pack-chunks.js';
import { protectedPayloadBytes } from '../parity/plan.js';
import type { JobRunner } from '../pool/jobs.js';
import { maxPayloadBytes } from '../qr/symbol.js';
import { batchChunks } from './batches.js';
import { newArchiveId, writeDocument } from './documents.js';
import { FrameTable } from './frame-table.js';
import { mapInOrder } from './map-in-order.js';
import type { WriteArchiveOptions, WriteSettings } from './write-options.js';

/** What has gone into frames so far. */
export type WriteState = {
  archiveId: string | undefined;
  table: FrameTable;
  frames: number;
  chunks: number;
  textBytes: number;
  parityFrames: number;
};

const writer = 'memvisor 0.1';

/** The payloads of all frames of an archive, in order and with their numbers; `state` keeps the count. */
export const payloadsOf = (
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  settings: WriteSettings,
  options: WriteArchiveOptions,
  runner: JobRunner,
  state: WriteState,
): AsyncIterable<Uint8Array> =>
  settings.format === 'json'
    ? jsonPayloads(chunks, settings, options, runner, state)
    : packedPayloads(chunks, settings, options, runner, state);

async function* packedPayloads(
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  { profile, frameRate, errorCorrection, parity }: WriteSettings,
  { metadata = {}, finalMetadata, signal }: WriteArchiveOptions,
  runner: JobRunner,
  state: WriteState,
): AsyncGenerator<Uint8Array, void, undefined> {
  const capacity = parity ? protectedPayloadBytes(errorCorrection) : maxPayloadBytes[errorCorrection];
  const cut = (kind: 'head' | 'tail', whole: Uint8Array) =>
    runner.run('cutIntoParts', { kind, whole, capacity }, { signal });
  const archiveId = newArchiveId();
  state.archiveId = archiveId;
  const head = writeDocument({ archiveId, writer, profile: profile.name, frameRate, metadata });
  for (const body of await cut('head', head)) yield finishFrame(body, state.frames++);
  const headFrames = state.frames;
  state.table = new FrameTable(headFrames);

  const packed = mapInOrder(batchChunks(chunks), runner.size, async (batch) => {
    const bodies = await runner.run('packChunks', { chunks: batch, capacity }, { signal });
    return { bodies, ...sizeOf(batch) };
  });
  for await (const batch of packed) {
    checkCancelled(signal);
    for (const body of batch.bodies) {
      state.table.add(body.firstChunk);
      yield finishFrame(body, state.frames++);
    }
    state.chunks += batch.count;
    state.textBytes += batch.textBytes;
  }
  if (state.chunks === 0) fail({ kind: 'nothing_to_write' });

  const tail = writeDocument({
    archiveId,
    chunks: state.chunks,
    textBytes: state.textBytes,
    headFrames,
    firstChunkDeltas: state.table.deltas(),
    metadata: finalMetadata?.() ?? {},
  });
  for (const body of await cut('tail', tail)) yield finishFrame(body, state.frames++);
}

async function* jsonPayloads(
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  { errorCorrection }: WriteSettings,
  { signal }: WriteArchiveOptions,
  runner: JobRunner,
  state: WriteState,
): AsyncGenerator<Uint8Array, void, undefined> {
  const limitBytes = maxPayloadBytes[errorCorrection];
  let firstFrame = 0;
  const written = mapInOrder(batchChunks(chunks), runner.size, async (batch) => {
    const input = { chunks: batch, firstFrame };
    firstFrame += batch.length;
    return { batch, payloads: await runner.run('writeJson', input, { signal }), ...sizeOf(batch) };
  });
  for await (const { batch, payloads, count, textBytes } of written) {
    checkCancelled(signal);
    for (const [at, payload] of payloads.entries()) {
      const { id, text } = batch[at] as Chunk;
      const bytes = Math.max(payload.length, text.length > maxJsonText ? text.length : 0);
      if (bytes > limitBytes) fail({ kind: 'chunk_too_large', id, bytes, limitBytes });
      state.table.add(id);
      state.frames += 1;
      yield payload;
    }
    state.chunks += count;
    state.textBytes += textBytes;
  }
  if (state.chunks === 0) fail({ kind: 'nothing_to_write' });
}

/** What any reader unpacks: longer texts are refused even if they compress into one frame. */
const maxJsonText = 32 * 1024;

const sizeOf = (batch: readonly Chunk[]) => ({
  count: batch.length,
  textBytes: batch.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
});
