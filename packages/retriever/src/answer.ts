import type { Archive } from '@memvisor/codec';
import { type Embedder, EmbeddingError } from '@memvisor/embedding';
import {
  type Chunk,
  IndexOptionError,
  type IndexStats,
  type SearchHit,
  type SearchMode,
  type SearchRequest,
  type ShardReply,
  type ShardRequest,
} from '@memvisor/search-index';
import type { RetrieverFailure, RetrieverResult } from './failure.js';
import type { CachedFrame, FrameCache } from './frame-cache.js';
import type { OpenIndex } from './open-index.js';
import type { RetrieverSettings } from './options.js';
import { wrongQuestion } from './question.js';
import type { ChunkPlace, ReadText, SearchAnswer, SearchResult } from './results.js';

/** What a retriever holds open. */
export interface Opened {
  readonly settings: RetrieverSettings;
  readonly embedder: Embedder | undefined;
  readonly archive: Archive;
  readonly index: OpenIndex;
  /** As it said when it was opened. */
  readonly stats: IndexStats;
  /** Without vectors only words can be searched, whatever was asked for. */
  readonly hasVectors: boolean;
  readonly notice: string | undefined;
  readonly cache: FrameCache;
}

/** What a search may ask for besides its words. */
export type SearchOptions = Pick<SearchRequest, 'k' | 'mode' | 'filter' | 'fusion' | 'diversity'>;

/** Finds the chunks for a question and reads their texts from the video. */
export const answer = async (
  { settings: { topK }, embedder, index, hasVectors, notice, cache }: Opened,
  query: string,
  options: SearchOptions,
): Promise<RetrieverResult<SearchAnswer>> => {
  const started = performance.now();
  const wrong = wrongQuestion(query);
  if (wrong !== undefined) return wrong;
  const wanted = options.mode ?? (embedder === undefined ? 'lexical' : 'hybrid');
  const mode = hasVectors ? wanted : 'lexical';
  const asked = await vectorFor(query, mode, embedder);
  if (!asked.ok) return asked;
  const vector = asked.value;
  const embedded = performance.now();
  let hits: readonly SearchHit[];
  try {
    hits = await index.search({
      ...options,
      text: query,
      mode,
      k: options.k ?? topK,
      ...(vector === undefined ? {} : { vector }),
    });
  } catch (error) {
    return wrongRequest(error, options);
  }
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

/** The question's vector, where the mode needs one and there is who makes it. */
export const vectorFor = async (
  query: string,
  mode: SearchMode,
  embedder: Embedder | undefined,
): Promise<RetrieverResult<Float32Array | undefined>> => {
  if (mode === 'lexical' || embedder === undefined) return { ok: true, value: undefined };
  try {
    const [vector] = await embedder.embed([query]);
    return { ok: true, value: vector };
  } catch (error) {
    if (!(error instanceof EmbeddingError)) throw error;
    return { ok: false, failure: { kind: 'embedding', failure: error.failure } };
  }
};

/** One caller's mistake is no reason for the others' retriever to end. */
export const wrongRequest = (
  error: unknown,
  request: object,
): { readonly ok: false; readonly failure: RetrieverFailure } => {
  const why = whyNotSent(request);
  if (why !== undefined)
    return {
      ok: false,
      failure: { kind: 'wrong_request', option: 'options', value: why, expected: 'plain data' },
    };
  if (!(error instanceof IndexOptionError)) throw error;
  const { option, value, expected } = error;
  return { ok: false, failure: { kind: 'wrong_request', option, value, expected } };
};

/** Why something can't go to the index's process, such as a function in it; `undefined` where it can. */
const whyNotSent = (request: object): string | undefined => {
  try {
    structuredClone(request);
    return undefined;
  } catch (error) {
    return String(error);
  }
};

/** This archive's part in one step of a search over several. */
export const answerStep = async (
  { index }: Opened,
  request: ShardRequest,
): Promise<RetrieverResult<ShardReply>> => {
  try {
    return { ok: true, value: await index.ask(request) };
  } catch (error) {
    return wrongRequest(error, request);
  }
};

/** A hit's place, as results tell it. */
export const placeOf = ({
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

/** A chunk's text, from the frames that were read for it. */
export const textOf = (chunk: Chunk, frames: ReadonlyMap<number, CachedFrame>): ReadText => {
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
