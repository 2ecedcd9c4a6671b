import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { alignedOffset, containerHead, headBytes, type SectionEntry, shortened } from '../file/container.js';
import { writeAll } from './write-all.js';

/** Bytes that are gathered before the system is asked to write them. */
const bufferBytes = 256 * 1024;

/**
 * An index file that is written from front to back, a section at a time, in memory that does not depend on its size. The
 * head comes last, when lengths and checksums are known: until then nobody takes the file for an index.
 */
export class SectionFile {
  readonly #file: number;
  readonly #sectionCount: number;
  readonly #entries: SectionEntry[] = [];
  readonly #buffer = new Uint8Array(bufferBytes);
  #buffered = 0;
  #end = 0;
  #section: { readonly name: string; readonly offset: number; readonly hash: Hash } | undefined;

  constructor(path: string, sectionCount: number) {
    this.#file = openSync(path, 'wx');
    this.#sectionCount = sectionCount;
    this.#put(new Uint8Array(headBytes(sectionCount)));
  }

  /** Begins a section; what is written from now on is its content. */
  begin(name: string): void {
    this.#put(new Uint8Array(alignedOffset(this.#end) - this.#end));
    this.#section = { name, offset: this.#end, hash: createHash('sha256') };
  }

  write(bytes: Uint8Array): void {
    this.#section?.hash.update(bytes);
    this.#put(bytes);
  }

  /** Ends the section; its length in bytes. */
  end(): number {
    const section = this.#section;
    if (section === undefined) throw new Error('no section was begun');
    const { name, offset, hash } = section;
    const length = this.#end - offset;
    this.#entries.push({ name, offset, length, checksum: shortened(hash.digest()) });
    this.#section = undefined;
    return length;
  }

  /** A section that is there as a whole; its length. */
  put(name: string, bytes: Uint8Array): number {
    this.begin(name);
    this.write(bytes);
    return this.end();
  }

  /** Writes the head and syncs; the file's size. */
  finish(): number {
    if (this.#entries.length !== this.#sectionCount) throw new Error('another number of sections was said');
    this.#flush();
    const head = containerHead(this.#entries);
    writeSync(this.#file, head, 0, head.length, 0);
    fsyncSync(this.#file);
    return this.#end;
  }

  close(): void {
    closeSync(this.#file);
  }

  #put(bytes: Uint8Array): void {
    this.#end += bytes.length;
    if (this.#buffered + bytes.length > bufferBytes) this.#flush();
    if (bytes.length > bufferBytes) writeAll(this.#file, bytes);
    else {
      this.#buffer.set(bytes, this.#buffered);
      this.#buffered += bytes.length;
    }
  }

  #flush(): void {
    writeAll(this.#file, this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }
}
