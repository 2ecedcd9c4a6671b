import { closeSync, openSync, readSync } from 'node:fs';
import { ByteReader, ByteWriter } from '../file/bytes.js';
import { writeAll } from './write-all.js';

/** The postings of one term in one run. */
export type TermRun = {
  readonly term: string;
  /** Chunks that hold it. */
  readonly count: number;
  readonly firstSlot: number;
  readonly lastSlot: number;
  /** Whether the first posting says more than that the term is there; what it says then leads in `rest`. */
  readonly saysMore: boolean;
  /** What follows the first distance, as the section `postings` has it. */
  readonly rest: Uint8Array;
};

/** Reads a run term by term; `head` is where it stands, `undefined` past the end. */
export type RunCursor = { readonly head: TermRun | undefined; next(): void };

/** Written at a time, and read for each run while they are merged: a gigabyte of text has some 150 runs. */
const bufferBytes = 64 * 1024;

/** Runs of terms, one after the other in a file, written once and read at the same time. */
export class RunFile {
  readonly #file: number;
  readonly #runs: { readonly from: number; to: number }[] = [];
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #end = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'wx+');
  }

  begin(): void {
    this.#runs.push({ from: this.#end, to: this.#end });
  }

  write({ term, count, firstSlot, lastSlot, saysMore, rest }: TermRun): void {
    const name = Buffer.from(term, 'utf8');
    const numbers = new ByteWriter(32);
    for (const value of [name.length, count, firstSlot, lastSlot, saysMore ? 1 : 0, rest.length])
      numbers.varint(value);
    this.#put(numbers.bytes());
    this.#put(name);
    this.#put(rest);
  }

  end(): void {
    this.#flush();
    const run = this.#runs.at(-1);
    if (run !== undefined) run.to = this.#end;
  }

  /** All runs, each at its first term. */
  runs(): RunCursor[] {
    return this.#runs.map(({ from, to }) => new Cursor(this.#file, from, to));
  }

  close(): void {
    closeSync(this.#file);
  }

  #put(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= bufferBytes) this.#flush();
  }

  #flush(): void {
    writeAll(this.#file, Buffer.concat(this.#waiting));
    this.#end += this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

class Cursor implements RunCursor {
  head: TermRun | undefined;
  readonly #file: number;
  #buffer = new Uint8Array(0);
  #at = 0;
  #next: number;
  readonly #to: number;

  constructor(file: number, from: number, to: number) {
    this.#file = file;
    this.#next = from;
    this.#to = to;
    this.next();
  }

  next(): void {
    const left = this.#buffer.length - this.#at + this.#to - this.#next;
    if (left === 0) {
      this.head = undefined;
      return;
    }
    // Six numbers take 30 bytes at most.
    this.#fill(Math.min(30, left));
    const reader = new ByteReader(this.#buffer.subarray(this.#at));
    const [nameBytes, count, firstSlot, lastSlot, many, restBytes] = [
      reader.varint(),
      reader.varint(),
      reader.varint(),
      reader.varint(),
      reader.varint(),
      reader.varint(),
    ];
    this.#at += reader.position;
    this.#fill(nameBytes + restBytes);
    const term = Buffer.from(this.#buffer.buffer, this.#at, nameBytes).toString('utf8');
    const rest = this.#buffer.slice(this.#at + nameBytes, this.#at + nameBytes + restBytes);
    this.#at += nameBytes + restBytes;
    this.head = { term, count, firstSlot, lastSlot, saysMore: many === 1, rest };
  }

  /** So many bytes are in the buffer from `#at` on. */
  #fill(bytes: number): void {
    const held = this.#buffer.subarray(this.#at);
    if (held.length >= bytes) return;
    const wanted = Math.min(Math.max(bytes, bufferBytes) - held.length, this.#to - this.#next);
    const grown = new Uint8Array(held.length + wanted);
    grown.set(held);
    readSync(this.#file, grown, held.length, wanted, this.#next);
    this.#next += wanted;
    this.#buffer = grown;
    this.#at = 0;
  }
}
