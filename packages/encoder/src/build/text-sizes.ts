import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { ArchiveChunk } from '../chunking/place-chunks.js';
import { freshText } from './fresh-text.js';

/** What the text of an archive takes by itself. */
export type TextSizes = {
  /** The text in UTF-8, what chunks share counted once. */
  readonly bytes: number;
  /** The same in gzip, at its usual level 6. */
  readonly gzipBytes: number;
  /** The same in brotli, at level 5: at 11 it takes a tenth less, and thirty times as long. */
  readonly brotliBytes: number;
};

/** Code units that are handed over at a time: fewer turns between threads. */
const pieceLength = 128 * 1024;

type Compressor = ReturnType<typeof createGzip> | ReturnType<typeof createBrotliCompress>;

/**
 * Measures what the chunks' text takes, as it comes and in constant memory. zlib works in threads of Node's own: this
 * one only hands pieces over, and never more than the next.
 */
export class TextMeter {
  readonly #compressors: readonly (readonly [Compressor, { bytes: number }])[];
  #before: ArchiveChunk | undefined;
  #waiting = '';
  #bytes = 0;

  constructor() {
    const brotli = createBrotliCompress({
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 5,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      },
    });
    this.#compressors = [createGzip(), brotli].map((compressor) => {
      const counted = { bytes: 0 };
      compressor.on('data', (part: Buffer) => {
        counted.bytes += part.length;
      });
      return [compressor, counted] as const;
    });
  }

  /** Adds the next chunk; a promise where the compressors are behind. */
  add(chunk: ArchiveChunk): Promise<void> | undefined {
    this.#waiting += freshText(chunk, this.#before);
    this.#before = chunk;
    return this.#waiting.length < pieceLength ? undefined : this.#hand();
  }

  /** Bytes so far, about. */
  get bytesSoFar(): number {
    return this.#bytes + this.#waiting.length;
  }

  /** Everything has been added. */
  async finish(): Promise<TextSizes> {
    await this.#hand();
    for (const [compressor] of this.#compressors) compressor.end();
    await Promise.all(this.#compressors.map(([compressor]) => finished(compressor)));
    const [gzip, brotli] = this.#compressors.map(([, { bytes }]) => bytes);
    return { bytes: this.#bytes, gzipBytes: gzip ?? 0, brotliBytes: brotli ?? 0 };
  }

  /** Frees the compressors. Safe at any time, and needed when `finish` was not reached. */
  close(): void {
    for (const [compressor] of this.#compressors) compressor.destroy();
  }

  async #hand(): Promise<void> {
    const piece = Buffer.from(this.#waiting, 'utf8');
    this.#waiting = '';
    this.#bytes += piece.length;
    for (const [compressor] of this.#compressors)
      if (!compressor.write(piece) && compressor.writableNeedDrain) await once(compressor, 'drain');
  }
}
