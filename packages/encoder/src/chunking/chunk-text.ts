import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import { checkOptions } from '../config/check-options.js';
import { chunkingSchema } from '../config/chunking.js';
import { Chunker } from './chunker.js';
import type { TextPiece } from './marks.js';
import type { CutOptions, TextChunk } from './text-chunk.js';

/**
 * Code units that are cut in one go before timers and I/O get their turn. Cutting them takes a quarter of a millisecond; whoever
 * takes the chunks does more with them in the same turn.
 */
const slice = 16 * 1024;

const markupSchema = z.strictObject({ markup: z.enum(['markdown', 'none']).default('markdown') });

const chunkerFor = ({ markup, ...options }: CutOptions): Chunker => {
  const { chunkSize, overlap } = checkOptions(z.strictObject({ chunking: chunkingSchema }), {
    chunking: options,
  }).chunking;
  return new Chunker(chunkSize, overlap, checkOptions(markupSchema, { markup }).markup);
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
export const chunkText = (text: string, options: CutOptions = {}): TextChunk[] => {
  const chunker = chunkerFor(options);
  return [...chunker.push({ text }), ...chunker.finish()];
};

/**
 * Cuts a text that comes in pieces, such as a file read as a stream. The chunks are those of
 * {@link chunkText}; memory holds no more than a piece and a chunk. Long pieces are cut in parts, so that
 * other work is not held up. A piece can say which heading and which page begin with it.
 *
 * @throws {OptionError} For `chunkSize` or `overlap` out of range, at the first step.
 * @example
 * for await (const chunk of chunkStream(createReadStream('book.txt', 'utf8'))) console.log(chunk.start);
 */
export async function* chunkStream(
  pieces: AsyncIterable<string | TextPiece> | Iterable<string | TextPiece>,
  options: CutOptions = {},
): AsyncGenerator<TextChunk, void, undefined> {
  const chunker = chunkerFor(options);
  let sinceTurn = 0;
  for await (const given of pieces) {
    const piece = typeof given === 'string' ? { text: given } : given;
    // Also where the text is empty: a heading or a page may begin.
    for (let at = 0; at === 0 || at < piece.text.length; at += slice) {
      const text = piece.text.slice(at, at + slice);
      yield* chunker.push(at === 0 ? { ...piece, text } : { text });
      sinceTurn += text.length;
      if (sinceTurn >= slice) {
        sinceTurn = 0;
        await setImmediate();
      }
    }
  }
  yield* chunker.finish();
}
