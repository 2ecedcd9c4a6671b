import { closeSync, openSync, readSync } from 'node:fs';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { deflated, mostGrowth, stored } from '../file/compressed.js';
import { writeAll } from './write-all.js';

/** Code units that are compressed at a time; a part knows nothing of the one before, which costs next to nothing. */
const partLength = 256 * 1024;

/** Ends on a byte without ending the stream: parts one after the other are one stream. */
const openEnd = { finishFlush: constants.Z_SYNC_FLUSH };

/** A packed text (see `compressText`) that is kept compressed in a file while it grows. */
export class TextSpool {
  readonly #file: number;
  /** Lengths of the compressed parts in the file. */
  readonly #parts: number[] = [];
  #waiting = '';
  #plainBytes = 0;
  #packedBytes = 0;

  /** @param path a new file; the caller removes it */
  constructor(path: string) {
    this.#file = openSync(path, 'wx+');
  }

  add(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length >= partLength) this.#pack(openEnd);
  }

  /** Gives the whole, one byte that says how and then the text, to `write`. */
  finish(write: (bytes: Uint8Array) => void): void {
    this.#pack({});
    const worth = this.#packedBytes < this.#plainBytes && this.#plainBytes <= this.#packedBytes * mostGrowth;
    write(Uint8Array.of(worth ? deflated : stored));
    let at = 0;
    for (const length of this.#parts) {
      const part = new Uint8Array(length);
      readSync(this.#file, part, 0, length, at);
      at += length;
      write(worth ? part : inflateRawSync(part, openEnd));
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #pack(options: typeof openEnd | Record<string, never>): void {
    // Never between the halves of a surrogate pair: each part is UTF-8 by itself.
    const isHalf = options === openEnd && /[\ud800-\udbff]$/.test(this.#waiting);
    const text = isHalf ? this.#waiting.slice(0, -1) : this.#waiting;
    this.#waiting = isHalf ? this.#waiting.slice(-1) : '';
    const plain = Buffer.from(text, 'utf8');
    const packed = deflateRawSync(plain, options);
    this.#plainBytes += plain.length;
    this.#packedBytes += packed.length;
    this.#parts.push(packed.length);
    writeAll(this.#file, packed);
  }
}
