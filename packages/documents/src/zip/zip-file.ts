import * as zlib from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { DocumentError, damaged, fail } from '../failure.js';

/** The files in a ZIP archive, of which no more is unpacked than allowed, whatever the archive says of itself. */
export type Zip = {
  readonly names: readonly string[];
  /** @throws {DocumentError} `damaged`, `encrypted`, or `unpacked_too_large` when all that was read is. */
  read(name: string): Promise<Buffer>;
};

/** Entries of an archive; no document has so many. */
const mostEntries = 20_000;

/** Came with Node 20.15; before, only lengths are checked. */
const crc32 = 'crc32' in zlib ? (zlib.crc32 as (bytes: Uint8Array) => number) : undefined;

/**
 * Opens an archive that is in memory.
 *
 * @param mostBytes what may be unpacked in all
 * @throws {DocumentError} `damaged`
 */
export const openZip = async (bytes: Uint8Array, mostBytes: number): Promise<Zip> => {
  const entries = new Map<string, Entry>();
  let file: ZipFile;
  try {
    file = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    for await (const entry of file.eachEntry()) {
      entries.set(entry.fileName, entry);
      if (entries.size > mostEntries) throw new Error(`it has more than ${mostEntries} entries`);
    }
  } catch (error) {
    throw damaged(error);
  }
  let left = mostBytes;
  return {
    names: [...entries.keys()],
    read: async (name) => {
      const entry = entries.get(name);
      if (entry === undefined) return fail({ kind: 'damaged', detail: `${name} is missing` });
      if (entry.isEncrypted()) return fail({ kind: 'encrypted' });
      const tooLarge = () => new DocumentError({ kind: 'unpacked_too_large', limit: mostBytes });
      if (entry.uncompressedSize > left) throw tooLarge();
      try {
        const parts: Buffer[] = [];
        for await (const part of await file.openReadStreamPromise(entry)) {
          left -= part.length;
          if (left < 0) throw tooLarge();
          parts.push(part);
        }
        const content = Buffer.concat(parts);
        if (crc32 !== undefined && crc32(content) !== entry.crc32)
          throw new Error(`the checksum of ${name} is wrong`);
        return content;
      } catch (error) {
        throw damaged(error);
      }
    },
  };
};
