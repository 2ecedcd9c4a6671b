// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { ByteWriter } from '../file/bytes.js';
import { moreOf, saysMore } from '../file/word-sections.js';
import { WordIndex } from '../words/word-index.js';
import { type RunCursor, RunFile, type TermRun } from './run-file.js';

/** Postings that are gathered in memory, at 8 bytes each, before they go to the file. */
const postingsPerRun = 500_000;

/** What a merge gives, in the order of the terms. */
export type MergedWords = {
  /** Told each term, once. */
  readonly onTerm: (term: string) => void;
  /** Told the section `postings`, piece by piece. */
  readonly onBytes: (bytes: Uint8Array) => void;
};

/**
 * The words of any number of chunks, in memory that does not depend on how many: runs of them are inverted, sorted by term
 * and kept in a file, and at the end merged.
 */
export class PostingRuns {
  readonly #file: RunFile;
  readonly #words = new WordIndex();
  #gathered = 0;
  /** Chunks in the file. */
  #firstSlot = 0;
  #total = 0;

  /**
   * @param path a new file; the caller removes it
   * @param runLength postings that end a run
   */
  constructor(
    path: string,
    private readonly runLength = postingsPerRun,
  ) {
    this.#file = new RunFile(path);
  }

  /** Adds the next chunk's words. */
  add(text: string, isFirst: boolean): void {
    this.#words.add(text, isFirst);
    this.#gathered += this.#words.lengths.at(-1)!;
    if (this.#gathered >= this.runLength) this.#flush();
  }

  /** Merges the runs: each term's postings one after the other, the distance between two runs put right. */
  merge({ onTerm, onBytes }: MergedWords): void {
    this.#flush();
    onBytes(varints(this.#total));
    const cursors = this.#file.runs();
    for (;;) {
      let term: string | undefined;
      let same: RunCursor[] = [];
      for (const cursor of cursors) {
        const next = cursor.head?.term;
        if (next === undefined || (term !== undefined && next > term)) continue;
        if (next === term) same.push(cursor);
        else {
          term = next;
          same = [cursor];
        }
      }
      if (term === undefined) return;
      onTerm(term);
      onBytes(varints(same.reduce((sum, { head }) => sum + head!.count, 0)));
      let before = -1;
      for (const cursor of same) {
        const { firstSlot, lastSlot, saysMore: more, rest } = cursor.head!;
        onBytes(varints((firstSlot - before - 1) * 2 + (more ? 1 : 0)));
        onBytes(rest);
        before = lastSlot;
        cursor.next();
      }
    }
  }

  close(): void {
    this.#file.close();
  }

  #flush(): void {
    const { terms, inverted, size } = this.#words;
    if (size === 0) return;
    const sorted = Array.from(terms.keys()).sort((a, b) => (terms[a]! < terms[b]! ? -1 : 1));
    const { starts, columns, counts } = inverted;
    this.#file.begin();
    for (const id of sorted) {
      const [from, to] = [starts[id]!, starts[id + 1]!];
      this.#file.write(this.#runOf(terms[id]!, columns.subarray(from, to), counts.subarray(from, to)));
    }
    this.#file.end();
    this.#total += columns.length;
    this.#firstSlot += size;
    this.#gathered = 0;
    this.#words.clear();
  }

  #runOf(term: string, slots: Uint32Array, counts: Uint16Array): TermRun {
    const rest = new ByteWriter(16);
    let before = slots[0]!;
    if (saysMore(counts[0]!)) rest.varint(moreOf(counts[0]!));
    for (let at = 1; at < slots.length; at += 1) {
      const count = counts[at]!;
      rest.varint((slots[at]! - before - 1) * 2 + (saysMore(count) ? 1 : 0));
      if (saysMore(count)) rest.varint(moreOf(count));
      before = slots[at]!;
    }
    return {
      term,
      count: slots.length,
      firstSlot: this.#firstSlot + slots[0]!,
      lastSlot: this.#firstSlot + before,
      saysMore: saysMore(counts[0]!),
      rest: rest.bytes(),
    };
  }
}

const varints = (...values: readonly number[]): Uint8Array => {
  const writer = new ByteWriter(values.length * 5);
  for (const value of values) writer.varint(value);
  return writer.bytes();
};
