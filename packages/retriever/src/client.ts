import { type Context, call, OptionError, type ServerRef } from '@memvisor/supervisor';
import type { SearchOptions } from './answer.js';
import { type AnswerContext, type ContextOptions, contextOf, leastTokens } from './context.js';
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
export const defaultTimeoutMs = 30_000;

/**
 * Asks a retriever a question; texts come from the video's frames.
 *
 * @param query up to 100,000 characters; more is the failure `wrong_request`
 * @param options `k` results (default the retriever's `topK`), `mode` (`hybrid` with an embedder, else
 * `lexical`), `filter`, `fusion`, `diversity` (0 to 1, default 0: how much answers shall differ from each other)
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

/** Most neighbours on each side; their frames are read at once. */
const mostNeighbours = 1000;

/** @throws {OptionError} For a number of neighbours that can't be asked for. */
export const checkNeighbours = (count: number): void => {
  if (!Number.isInteger(count) || count < 0 || count > mostNeighbours)
    throw new OptionError('count', count, `a whole number from 0 to ${mostNeighbours}`);
};

/**
 * A chunk with those that stand around it in its text, in their order: what came before an answer and what
 * comes after it. Texts of one name that follow one another are several texts.
 *
 * @param count how many on each side at most, 0 to 1,000; fewer where the source begins or ends
 * @throws {OptionError} As a rejection, for another `count`.
 */
export const neighbours = async (
  retriever: RetrieverRef,
  id: number,
  count = 1,
  { timeoutMs = defaultTimeoutMs, caller }: RequestOptions = {},
): Promise<RetrieverResult<readonly ReadChunk[]>> => {
  checkNeighbours(count);
  const request = { type: 'neighbours', id, count } as const;
  return caller === undefined
    ? call(retriever, request, timeoutMs)
    : caller.call(retriever, request, timeoutMs);
};

/**
 * Searches, and puts what was found together for a language model: passages under their citations, as many as fit.
 * Takes what {@link search} takes too; `k` is 20 where it is not given.
 *
 * @throws {OptionError} As a rejection, for a `maxTokens` below 16.
 * @throws {CallExit} As {@link search} does.
 * @example
 * const context = await getContext(retriever, 'How is honey made?', { maxTokens: 1500 });
 * if (context.ok) console.log(`Answer from these texts:\n\n${context.value.text}`);
 */
export const getContext = async (
  retriever: RetrieverRef,
  question: string,
  { maxTokens, countTokens, k = 20, ...options }: ContextOptions & SearchOptions & RequestOptions = {},
): Promise<RetrieverResult<AnswerContext>> => {
  if (maxTokens !== undefined && !(maxTokens >= leastTokens))
    throw new OptionError('maxTokens', maxTokens, `a number from ${leastTokens}`);
  const answered = await search(retriever, question, { ...options, k });
  if (!answered.ok) return answered;
  const given = {
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(countTokens === undefined ? {} : { countTokens }),
  };
  return { ok: true, value: contextOf(answered.value.results, given) };
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
