import type { Chunk } from '@memvisor/search-index';
import { type Opened, placeOf, textOf } from './answer.js';
import type { RetrieverResult } from './failure.js';
import type { ReadChunk, ReadText } from './results.js';

/** The texts of some chunks, in their order. */
export const readTexts = async (
  { cache }: Opened,
  chunks: readonly Chunk[],
): Promise<readonly ReadText[]> => {
  const frames = await cache.read(chunks.map(({ frame }) => frame));
  return chunks.map((chunk) => textOf(chunk, frames));
};

/** Reads one chunk from the video. */
export const readChunk = async (
  { index, cache }: Opened,
  id: number,
): Promise<RetrieverResult<ReadChunk>> => {
  const chunk = await chunkOf(index, id);
  if (chunk === undefined) return { ok: false, failure: { kind: 'no_such_chunk', id } };
  return { ok: true, value: { ...placeOf(chunk), ...textOf(chunk, await cache.read([chunk.frame])) } };
};

/** By an id of any kind: a caller's mistake must not end the retriever for the others. */
const chunkOf = async (index: Opened['index'], id: number): Promise<Chunk | undefined> =>
  Number.isInteger(id) ? index.chunk(id) : undefined;

/** A chunk and up to `count` before and after it in its text, in the order of the text. */
export const readAround = async (
  { index, cache }: Opened,
  id: number,
  count: number,
): Promise<RetrieverResult<readonly ReadChunk[]>> => {
  const chunk = await chunkOf(index, id);
  if (chunk === undefined) return { ok: false, failure: { kind: 'no_such_chunk', id } };
  // Chunks are numbered in the order of the texts: those of one source follow one another.
  const before = Array.from({ length: Math.min(count, id) }, (_, at) => index.chunk(id - 1 - at));
  const after = Array.from({ length: count }, (_, at) => index.chunk(id + 1 + at));
  const chunks = [
    ...sameText(chunk, await Promise.all(before), (_one, last) => beginsText(last)).reverse(),
    chunk,
    ...sameText(chunk, await Promise.all(after), (one) => beginsText(one)),
  ];
  const frames = await cache.read(chunks.map(({ frame }) => frame));
  return { ok: true, value: chunks.map((one) => ({ ...placeOf(one), ...textOf(one, frames) })) };
};

/** As many as are of the text of `start`; `parts` says whether another text lies between one and the last before it. */
const sameText = (
  start: Chunk,
  chunks: readonly (Chunk | undefined)[],
  parts: (one: Chunk, last: Chunk) => boolean,
): Chunk[] => {
  const same: Chunk[] = [];
  let last = start;
  for (const one of chunks) {
    if (one === undefined || one.source !== start.source || parts(one, last)) break;
    same.push(one);
    last = one;
  }
  return same;
};

/** Several texts may have one name, or none; chunks of memvid v1 have no lines, and are all one text. */
const beginsText = ({ offset, lines }: Chunk): boolean => offset === 0 && lines?.[0] === 1;
