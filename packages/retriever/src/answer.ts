import type { Archive } from '@memvisor/codec';
import { type Embedder, EmbeddingError } from '@memvisor/embedding';
import type { Chunk, SearchHit, SearchRequest } from '@memvisor/search-index';
import type { RetrieverResult } from './failure.js';
import type { CachedFrame, FrameCache } from './frame-cache.js';
import type { OpenIndex } from './open-index.js';
import type { RetrieverSettings } from './options.js';
import type { ChunkPlace, ReadChunk, ReadText, SearchAnswer, SearchResult } from './results.js';

/** What a retriever holds open. */
export interface Opened {
  readonly settings: RetrieverSettings;
  readonly embedder: Embedder | undefined;
  readonly archive: Archive;
  readonly index: OpenIndex;
  /** Without vectors only words can be searched, whatever was asked for. */
  readonly hasVectors: boolean;
  readonly notice: string | undefined;
  readonly cache: FrameCache;
}

/** What a search may ask for besides its words. */
export type SearchOptions = Pick<SearchRequest, 'k' | 'mode' | 'filter' | 'fusion'>;

/** Finds the chunks for a question and reads their texts from the video. */
export const answer = async (
  { settings: { topK }, embedder, index, hasVectors, notice, cache }: Opened,
  query: string,
  options: SearchOptions,
): Promise<RetrieverResult<SearchAnswer>> => {
  const started = performance.now();
  const wanted = options.mode ?? (embedder === undefined ? 'lexical' : 'hybrid');
  const mode = hasVectors ? wanted : 'lexical';
  let vector: Float32Array | undefined;
  if (mode !== 'lexical' && embedder !== undefined) {
    try {
      [vector] = await embedder.embed([query]);
    } catch (error) {
      if (error instanceof EmbeddingError)
        return { ok: false, failure: { kind: 'embedding', failure: error.failure } };
      throw error;
    }
  }
  const embedded = performance.now();
  const hits = await index.search({
    ...options,
    text: query,
    mode,
    k: options.k ?? topK,
    ...(vector === undefined ? {} : { vector }),
  });
  const found = performance.now();
  const frames = await cache.read(hits.map(({ chunk }) => chunk.frame));
  const ended = performance.now();
  return {
    ok: true,
    value: {
      query,
      mode,
      ...(notice === undefined ? {} : { notice }),
      results: hits.map((hit) => resultOf(hit, frames)),
      milliseconds: {
        embed: embedded - started,
        search: found - embedded,
        decode: ended - found,
        total: ended - started,
      },
    },
  };
};

/** Reads one chunk from the video. */
export const readChunk = async (
  { index, cache }: Opened,
  id: number,
): Promise<RetrieverResult<ReadChunk>> => {
  const chunk = await index.chunk(id);
  if (chunk === undefined) return { ok: false, failure: { kind: 'no_such_chunk', id } };
  return { ok: true, value: { ...placeOf(chunk), ...textOf(chunk, await cache.read([chunk.frame])) } };
};

const placeOf = ({
  id,
  frame,
  source,
  offset,
  length,
  lines,
  headings = [],
  page,
  metadata,
}: Chunk): ChunkPlace => ({
  chunkId: id,
  frame,
  source,
  start: offset,
  end: offset + length,
  ...(lines === undefined ? {} : { lines }),
  headings,
  ...(page === undefined ? {} : { page }),
  metadata: metadata ?? {},
});

const resultOf = (hit: SearchHit, frames: ReadonlyMap<number, CachedFrame>): SearchResult => ({
  rank: hit.rank,
  score: hit.score,
  dense: hit.dense,
  lexical: hit.lexical,
  ...placeOf(hit.chunk),
  ...textOf(hit.chunk, frames),
});

const textOf = (chunk: Chunk, frames: ReadonlyMap<number, CachedFrame>): ReadText => {
  const { frame } = chunk;
  const read = frames.get(frame);
  if (read === undefined) return { text: null, unreadable: { kind: 'not_in_frame', frame } };
  if (!read.ok)
    return {
      text: null,
      unreadable:
        'codec' in read
          ? { kind: 'video', frame, failure: read.codec }
          : { kind: 'frame', frame, failure: read.failure },
    };
  const text = read.chunks.find(({ id }) => id === chunk.id)?.text;
  if (text === undefined) return { text: null, unreadable: { kind: 'not_in_frame', frame } };
  if (text.length !== chunk.length) return { text: null, unreadable: { kind: 'differs', frame } };
  return { text };
};
