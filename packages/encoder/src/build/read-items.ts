import { setImmediate } from 'node:timers/promises';
import { chunkStream } from '../chunking/chunk-text.js';
import type { TextPiece } from '../chunking/marks.js';
import { type ArchiveChunk, placeChunk } from '../chunking/place-chunks.js';
import type { ChunkingOptions } from '../chunking/text-chunk.js';
import { fail } from './build-error.js';
import type { CollectedItem, TextSource } from './job.js';

/** Chunks that are given in one go before timers and I/O get their turn. */
const chunksPerTurn = 16;

/** All chunks of what was collected; sources are read and cut as they are asked for, until the signal fires. */
export async function* readItems(
  items: readonly CollectedItem[],
  chunking: ChunkingOptions,
  signal: AbortSignal,
): AsyncGenerator<ArchiveChunk, void, undefined> {
  for (const item of items) {
    if (item.type === 'chunks')
      for (const [at, chunk] of item.chunks.entries()) {
        yield chunk;
        if (at % chunksPerTurn === chunksPerTurn - 1) await setImmediate();
      }
    else
      for await (const chunk of chunkStream(readSource(item.source, signal), {
        ...chunking,
        markup: item.source.markup,
      }))
        yield placeChunk(chunk, item.source);
  }
}

/** The pieces of a source; whatever goes wrong in it is its own failure and not ours. */
async function* readSource(
  { text, source = '' }: TextSource,
  signal: AbortSignal,
): AsyncGenerator<TextPiece, void, undefined> {
  try {
    for await (const piece of untilAborted(typeof text === 'function' ? text() : text, signal)) {
      const marked = typeof piece === 'string' ? { text: piece } : piece;
      if (typeof marked?.text !== 'string') throw new TypeError('a source gave something that is not a text');
      yield marked;
    }
  } catch (cause) {
    fail(signal.aborted ? { kind: 'cancelled' } : { kind: 'source_unreadable', source, cause });
  }
}

/** The same, but throws when the signal fires, also while a piece is being waited for that may never come. */
async function* untilAborted<Value>(
  source: AsyncIterable<Value> | Iterable<Value>,
  signal: AbortSignal,
): AsyncGenerator<Value, void, undefined> {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let ended = false;
  try {
    for (;;) {
      const step = await orAborted(iterator.next(), signal);
      ended = step.done === true;
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    // Not waited for: a source that hangs in `next` hangs here too.
    if (!ended) Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

const orAborted = <Value>(value: Value | Promise<Value>, signal: AbortSignal): Promise<Value> =>
  new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted, { once: true });
    const settled = () => signal.removeEventListener('abort', aborted);
    Promise.resolve(value).finally(settled).then(resolve, reject);
  });
