import { type FileHandle, open } from 'node:fs/promises';
import { failToWrite } from '../codec-error.js';
import { fromShard, toShard } from '../parity/shards.js';

/** Records read at once when all are read in order. */
const recordsPerRead = 64;

/**
 * Keeps the payloads of frames in a file, for the case that some must be encoded again, and to compute parity from.
 * All take as much room as the largest, which is less than the video that they become, and none takes memory here.
 */
export class Spool {
  readonly #target: string;
  readonly #file: FileHandle;
  readonly #recordBytes: number;
  #records = 0;

  private constructor(target: string, file: FileHandle, recordBytes: number) {
    this.#target = target;
    this.#file = file;
    this.#recordBytes = recordBytes;
  }

  /**
   * @param payloadBytes length of the longest payload
   * @param target what it is written for, as failures call it
   */
  static async create(path: string, payloadBytes: number, target: string): Promise<Spool> {
    return open(path, 'wx+').then(
      (file) => new Spool(target, file, payloadBytes + 2),
      (cause) => failToWrite(target, cause),
    );
  }

  /** Payloads written so far. */
  get size(): number {
    return this.#records;
  }

  /** Writes the payloads of frames `first`, `first` + 1, … */
  async write(first: number, payloads: readonly Uint8Array[]): Promise<void> {
    const records = Buffer.concat(payloads.map((payload) => toShard(payload, this.#recordBytes)));
    this.#records = Math.max(this.#records, first + payloads.length);
    try {
      await this.#file.write(records, 0, records.length, first * this.#recordBytes);
    } catch (cause) {
      failToWrite(this.#target, cause);
    }
  }

  /** Bytes of a record: the length of a payload in two bytes, the payload, zeros. */
  get recordBytes(): number {
    return this.#recordBytes;
  }

  /** The records of frames `first` to `first` + `count` − 1, one after the other; zeros past the end. */
  async read(first: number, count: number): Promise<Buffer> {
    const records = Buffer.alloc(count * this.#recordBytes);
    await this.#file.read(records, 0, records.length, first * this.#recordBytes);
    return records;
  }

  /** The payloads from a frame on, in order. */
  async *payloads(from = 0): AsyncGenerator<Uint8Array, void, undefined> {
    for (let first = from; first < this.#records; first += recordsPerRead) {
      const count = Math.min(recordsPerRead, this.#records - first);
      const records = await this.read(first, count);
      for (let at = 0; at < count; at++)
        yield fromShard(records.subarray(at * this.#recordBytes, (at + 1) * this.#recordBytes)) as Uint8Array;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
