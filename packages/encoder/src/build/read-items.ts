import { chunkStream } from '../chunking/chunk-text.js';
import { type ArchiveChunk, placeChunk } from '../chunking/place-chunks.js';
import type { ChunkingOptions } from '../chunking/text-chunk.js';
import { fail } from './build-error.js';
import type { CollectedItem, TextSource } from './job.js';

/** All chunks of what was collected; sources are read and cut as they are asked for. */
export async function* readItems(
  items: readonly CollectedItem[],
  chunking: ChunkingOptions,
): AsyncGenerator<ArchiveChunk, void, undefined> {
  for (const item of items) {
    if (item.type === 'chunks') yield* item.chunks;
    else
      for await (const chunk of chunkStream(readSource(item.source), chunking))
        yield placeChunk(chunk, item.source);
  }
}

/** The pieces of a source; whatever goes wrong in it is its own failure and not ours. */
async function* readSource({ text, source = '' }: TextSource): AsyncGenerator<string, void, undefined> {
  try {
    for await (const piece of typeof text === 'function' ? text() : text) {
      if (typeof piece !== 'string') throw new TypeError('a source gave something that is not a text');
      yield piece;
    }
  } catch (cause) {
    fail({ kind: 'source_unreadable', source, cause });
  }
}
