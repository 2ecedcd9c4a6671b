import { type Context, call, type ServerRef } from '@memvisor/supervisor';
import type { SearchOptions } from './answer.js';
import type { RetrieverResult } from './failure.js';
import type { ReadChunk, SearchAnswer } from './results.js';
import type { RetrieverProtocol, RetrieverStats } from './retriever.js';

/** A running retriever: its pid, name or via name. */
export type RetrieverRef = ServerRef<RetrieverProtocol>;

/** How a request is made. */
export interface RequestOptions {
  /** Longest wait in milliseconds; then the promise rejects with a `CallExit`. Default 30,000. */
  readonly timeoutMs?: number;
  /** The process that asks, when it is one. */
  readonly caller?: Context;
}

/** A decoder under load may take its time; a search that hangs must still end. */
const defaultTimeoutMs = 30_000;

/**
 * Asks a retriever a question; texts come from the video's frames.
 *
 * @param options `k` results (default the retriever's `topK`), `mode` (`hybrid` with an embedder, else
 * `lexical`), `filter`, `fusion`
 * @returns The answers, best first, or a failure.
 * @throws {CallExit} As a rejection, when the retriever is not there, dies or takes too long.
 */
export const search = (
  retriever: RetrieverRef,
  query: string,
  { timeoutMs = defaultTimeoutMs, caller, ...options }: SearchOptions & RequestOptions = {},
): Promise<RetrieverResult<SearchAnswer>> => {
  const request = { type: 'search', query, options } as const;
  return caller === undefined
    ? call(retriever, request, timeoutMs)
    : caller.call(retriever, request, timeoutMs);
};

/** Reads a chunk from the video by its id. */
export const getChunk = (
  retriever: RetrieverRef,
  id: number,
  { timeoutMs = defaultTimeoutMs, caller }: RequestOptions = {},
): Promise<RetrieverResult<ReadChunk>> => {
  const request = { type: 'chunk', id } as const;
  return caller === undefined
    ? call(retriever, request, timeoutMs)
    : caller.call(retriever, request, timeoutMs);
};

/** A retriever in numbers: video, index, cache, searches. */
export const getStats = (
  retriever: RetrieverRef,
  { timeoutMs = defaultTimeoutMs, caller }: RequestOptions = {},
): Promise<RetrieverStats> => {
  const request = { type: 'stats' } as const;
  return caller === undefined
    ? call(retriever, request, timeoutMs)
    : caller.call(retriever, request, timeoutMs);
};
