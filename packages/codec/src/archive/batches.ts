import { OptionError } from '@memvisor/supervisor';
import type { Chunk } from '../chunk.js';

/**
 * UTF-16 units of text that are packed as one job. The last frame of a batch is half empty on average: about one
 * frame in sixty is lost to it, for jobs that run side by side.
 */
const unitsPerBatch = 256 * 1024;

/** The first batches are smaller, so that drawing and ffmpeg have work early: in short archives that is what counts. */
const firstBatches: readonly number[] = [48, 48, 96, 96].map((thousands) => thousands * 1024);

/**
 * Groups chunks into batches and checks them on the way.
 *
 * @throws {OptionError} for a chunk without text, or an id that is no index or not above the one before
 */
export async function* batchChunks(
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
): AsyncGenerator<readonly Chunk[], void, undefined> {
  let batch: Chunk[] = [];
  let units = 0;
  let last = -1;
  let batches = 0;
  for await (const chunk of chunks) {
    checkChunk(chunk, last);
    last = chunk.id;
    batch.push(chunk);
    units += chunk.text.length;
    if (units >= (firstBatches[batches] ?? unitsPerBatch)) {
      yield batch;
      batches += 1;
      batch = [];
      units = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

const checkChunk = ({ id, text }: Chunk, last: number): void => {
  if (typeof text !== 'string') throw new OptionError('chunk.text', text, 'a string');
  if (!Number.isInteger(id) || id < 0 || id >= 2 ** 32)
    throw new OptionError('chunk.id', id, 'a whole number from 0 to 4294967295');
  if (id <= last) throw new OptionError('chunk.id', id, `a number above ${last}, the id of the chunk before`);
};

/** Groups values into arrays of `size`; the last may be shorter. */
export async function* groupsOf<Value>(
  source: AsyncIterable<Value> | Iterable<Value>,
  size: number,
): AsyncGenerator<Value[], void, undefined> {
  let group: Value[] = [];
  for await (const value of source) {
    group.push(value);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
