import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { checkOptions } from '../config/check-options.js';
import { chunkingSchema } from '../config/chunking.js';
import { Chunker } from './chunker.js';
import type { ChunkingOptions, TextChunk } from './text-chunk.js';

/** Code units that are cut in one go before timers and I/O get their turn: about 2 ms of work. */
const slice = 128 * 1024;

const chunkerFor = (options: ChunkingOptions): Chunker => {
  const { chunkSize, overlap } = checkOptions(z.strictObject({ chunking: chunkingSchema }), {
    chunking: options,
  }).chunking;
  return new Chunker(chunkSize, overlap);
};

/**
 * Cuts a text into chunks at paragraph ends, else at sentence ends, else between words, and inside a word
 * only where there is nothing else; never inside a surrogate pair. A text of nothing gives no chunks.
 *
 * Nothing is lost or changed: the first chunk and every other without its `overlap` are the text.
 *
 * @throws {OptionError} For `chunkSize` or `overlap` out of range.
 * @example
 * const chunks = chunkText('One. Two. Three.', { chunkSize: 16, overlap: 0 });
 * chunks.map(({ text }) => text).join(''); // => 'One. Two. Three.'
 */
export const chunkText = (text: string, options: ChunkingOptions = {}): TextChunk[] => {
  const chunker = chunkerFor(options);
  return [...chunker.push(text), ...chunker.finish()];
};

/**
 * Cuts a text that comes in pieces, such as a file read as a stream. The chunks are those of
 * {@link chunkText}; memory holds no more than a piece and a chunk. Long pieces are cut in parts, so that
 * other work is not held up.
 *
 * @throws {OptionError} For `chunkSize` or `overlap` out of range, at the first step.
 * @example
 * for await (const chunk of chunkStream(createReadStream('book.txt', 'utf8'))) console.log(chunk.start);
 */
export async function* chunkStream(
  pieces: AsyncIterable<string> | Iterable<string>,
  options: ChunkingOptions = {},
): AsyncGenerator<TextChunk, void, undefined> {
  const chunker = chunkerFor(options);
  let sinceTurn = 0;
  for await (const piece of pieces)
    for (let at = 0; at < piece.length; at += slice) {
      const part = piece.slice(at, at + slice);
      yield* chunker.push(part);
      sinceTurn += part.length;
      if (sinceTurn >= slice) {
        sinceTurn = 0;
        await setImmediate();
      }
    }
  yield* chunker.finish();
}
