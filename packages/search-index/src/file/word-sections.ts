// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { countOf, isInOpening, mostTimes, type Postings, timesOf } from '../words/postings.js';
import type { WordData } from '../words/word-index.js';
import { ByteReader, ByteWriter, DamagedBytes } from './bytes.js';
import { compressText, decompressText } from './compressed.js';

/** The vocabulary: terms hold neither spaces nor line ends, so a line each. */
export const writeTerms = (terms: readonly string[]): Uint8Array => compressText(terms.join('\n'));

/** Whether a posting is more than a term that is there once, outside of its chunk's opening. */
export const saysMore = (count: number): boolean => count !== 1;

/** What then follows: the number of times, doubled, plus 1 in an opening. */
export const moreOf = (count: number): number => timesOf(count) * 2 + (isInOpening(count) ? 1 : 0);

/**
 * Postings, term by term: in how many chunks, then for each the distance to the chunk before, doubled, plus
 * 1 when it says more than that the term is there.
 */
export const writePostings = ({ starts, columns, counts }: Postings): Uint8Array => {
  const writer = new ByteWriter();
  writer.varint(columns.length);
  for (let term = 0; term + 1 < starts.length; term += 1) {
    writer.varint(starts[term + 1]! - starts[term]!);
    let before = -1;
    for (let at = starts[term]!; at < starts[term + 1]!; at += 1) {
      const step = columns[at]! - before - 1;
      before = columns[at]!;
      const count = counts[at]!;
      writer.varint(step * 2 + (saysMore(count) ? 1 : 0));
      if (saysMore(count)) writer.varint(moreOf(count));
    }
  }
  return writer.bytes();
};

/** @throws {DamagedBytes} When something does not fit together. */
export const readTerms = (bytes: Uint8Array): Map<string, number> => {
  const text = decompressText(bytes);
  const list = text === '' ? [] : text.split('\n');
  const terms = new Map<string, number>();
  for (const term of list) terms.set(term, terms.size);
  if (terms.size !== list.length) throw new DamagedBytes('a term twice');
  return terms;
};

/**
 * @param version the file's: the first knew no openings
 * @throws {DamagedBytes} When something does not fit together.
 */
export const readWords = (
  terms: Map<string, number>,
  postings: Uint8Array,
  chunkCount: number,
  version: number,
): WordData => {
  const reader = new ByteReader(postings);
  const total = reader.count();
  const starts = new Uint32Array(terms.size + 1);
  const columns = new Uint32Array(total);
  const counts = new Uint16Array(total);
  let at = 0;
  for (let term = 0; term < terms.size; term += 1) {
    const end = at + reader.varint();
    if (end > total) throw new DamagedBytes('more postings than announced');
    let slot = -1;
    for (; at < end; at += 1) {
      const step = reader.varint();
      slot += (step >>> 1) + 1;
      if (slot >= chunkCount) throw new DamagedBytes('posting of a chunk that is not there');
      columns[at] = slot;
      counts[at] = (step & 1) === 0 ? 1 : version === 1 ? timesFrom(reader) : countFrom(reader);
    }
    starts[term + 1] = at;
  }
  if (at !== total) throw new DamagedBytes('fewer postings than announced');
  reader.end();
  return { terms, chunkCount, inverted: { starts, columns, counts } };
};

const timesFrom = (reader: ByteReader): number => {
  const times = reader.varint();
  if (times === 0 || times > 0xffff) throw new DamagedBytes('impossible count');
  return Math.min(times, mostTimes);
};

const countFrom = (reader: ByteReader): number => {
  const more = reader.varint();
  if (more < 2 || more > 0xffff) throw new DamagedBytes('impossible count');
  return countOf(more >>> 1, (more & 1) === 1);
};
