import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { fail } from '../codec-error.js';

/**
 * Keeps the payloads of frames in a file, for the case that some must be encoded again. Payloads are smaller than the
 * video that they become, and take no memory here.
 */
export class Spool {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Groups are written one after the other, in the order in which they were added. */
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<Spool> {
    return open(path, 'wx').then(
      (file) => new Spool(path, file),
      (cause) => fail({ kind: 'unwritable', path, cause }),
    );
  }

  add(payloads: readonly Uint8Array[]): Promise<void> {
    this.#written = this.#written.then(() => this.#append(payloads));
    return this.#written;
  }

  async #append(payloads: readonly Uint8Array[]): Promise<void> {
    const parts = payloads.flatMap((payload) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(payload.length);
      return [length, payload];
    });
    try {
      await this.#file.appendFile(Buffer.concat(parts));
    } catch (cause) {
      fail({ kind: 'unwritable', path: this.#path, cause });
    }
  }

  /** All payloads in the order in which they were added. */
  async *payloads(): AsyncGenerator<Uint8Array, void, undefined> {
    let rest = Buffer.alloc(0);
    for await (const part of createReadStream(this.#path, { highWaterMark: 256 * 1024 })) {
      rest = Buffer.concat([rest, part as Buffer]);
      let at = 0;
      while (rest.length - at >= 2 && rest.length - at - 2 >= rest.readUInt16BE(at)) {
        const end = at + 2 + rest.readUInt16BE(at);
        yield Uint8Array.from(rest.subarray(at + 2, end));
        at = end;
      }
      rest = rest.subarray(at);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
