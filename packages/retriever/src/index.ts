export type { SearchOptions } from './answer.js';
export { citationOf } from './citation.js';
export {
  getChunk,
  getContext,
  getStats,
  neighbours,
  type RequestOptions,
  type RetrieverRef,
  search,
} from './client.js';
export { type AnswerContext, type ContextOptions, estimateTokens } from './context.js';
export {
  describeRetrieverFailure,
  describeUnreadable,
  type RetrieverFailure,
  type RetrieverResult,
  type Unreadable,
} from './failure.js';
export type { FrameCacheStats } from './frame-cache.js';
export { indexPathOf, type RetrieverOptions } from './options.js';
export { type Passage, passagesOf } from './passages.js';
export type { ChunkPlace, ReadChunk, ReadText, SearchAnswer, SearchResult } from './results.js';
export {
  type RetrieverNotOpened,
  type RetrieverProtocol,
  type RetrieverStats,
  retriever,
} from './retriever.js';
export {
  RetrieverSupervisor,
  type RetrieverSupervisorOptions,
  type StartRetrieverOptions,
} from './retriever-supervisor.js';
