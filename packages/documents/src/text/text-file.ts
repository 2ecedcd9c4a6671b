import { createReadStream } from 'node:fs';
import type { DocumentPiece } from '../document.js';
import { fail } from '../failure.js';
import { decodeText } from './decode.js';

/** Bytes that are read at a time. */
const highWaterMark = 256 * 1024;

/** A file of text, opened anew by each one who iterates; memory holds a piece of it. */
export const textPieces = (path: string): AsyncIterable<DocumentPiece> => ({
  async *[Symbol.asyncIterator]() {
    for await (const text of decodeText(createReadStream(path, { highWaterMark }))) yield { text };
  },
});

/**
 * Reads a file once to its end: whoever then takes its text piece by piece will not find in the middle that it is none.
 *
 * @throws {DocumentError} Where it can't be read, is not text, or has none.
 */
export const checkText = async (path: string): Promise<void> => {
  let isEmpty = true;
  for await (const { text } of textPieces(path)) isEmpty &&= text.trim() === '';
  if (isEmpty) fail({ kind: 'no_text' });
};
