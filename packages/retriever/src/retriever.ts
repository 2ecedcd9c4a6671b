import type { ArchiveInfo } from '@memvisor/codec';
import type { Chunk, IndexStats, Metric, ShardReply, ShardRequest } from '@memvisor/search-index';
import {
  type Call,
  type Context,
  defineGenServer,
  type From,
  type GenServer,
  noreply,
  ok,
  type Pid,
  reply,
  stop,
} from '@memvisor/supervisor';
import { answer, answerStep, type Opened, type SearchOptions } from './answer.js';
import { describeRetrieverFailure, type RetrieverFailure, type RetrieverResult } from './failure.js';
import type { FrameCacheStats } from './frame-cache.js';
import { openAll } from './open.js';
import { checkOptions, type RetrieverOptions } from './options.js';
import { readAround, readChunk, readTexts } from './read-chunks.js';
import type { ReadChunk, ReadText, SearchAnswer } from './results.js';

/** A retriever in numbers. */
export interface RetrieverStats {
  readonly video: ArchiveInfo;
  readonly index: IndexStats;
  readonly cache: FrameCacheStats;
  /** Searches answered so far. */
  readonly searches: number;
  /** Requests being worked on. */
  readonly underWay: number;
}

/** What must be known of an archive that is searched together with others. */
export interface ArchiveTraits {
  /** Who says so. Slots and places in a video hold as long as it lives: restarted, it may have opened other files. */
  readonly opened: Pid<RetrieverProtocol>;
  /** Whether it has vectors that the question's can be compared with. */
  readonly hasVectors: boolean;
  readonly metric: Metric;
  readonly chunks: number;
  /** What is particular about it, such as that memvid v1 wrote it. */
  readonly notice: string | undefined;
}

/** What a retriever answers to. Use the functions of client.ts rather than these messages. */
export type RetrieverProtocol = {
  call:
    | Call<
        { readonly type: 'search'; readonly query: string; readonly options: SearchOptions },
        RetrieverResult<SearchAnswer>
      >
    | Call<{ readonly type: 'chunk'; readonly id: number }, RetrieverResult<ReadChunk>>
    | Call<
        { readonly type: 'neighbours'; readonly id: number; readonly count: number },
        RetrieverResult<readonly ReadChunk[]>
      >
    | Call<{ readonly type: 'stats' }, RetrieverStats>
    // What a search over several archives asks of each.
    | Call<{ readonly type: 'traits' }, ArchiveTraits>
    | Call<{ readonly type: 'step'; readonly request: ShardRequest }, RetrieverResult<ShardReply>>
    | Call<{ readonly type: 'texts'; readonly chunks: readonly Chunk[] }, readonly ReadText[]>;
  info: { readonly type: 'request_failed'; readonly error: unknown };
};

type State = Opened & { searches: number; underWay: number };

/** The reason that a retriever which could not be opened fails to start with. */
export interface RetrieverNotOpened {
  readonly kind: 'retriever_not_opened';
  readonly failure: RetrieverFailure;
  readonly message: string;
}

/**
 * A server that answers questions from one archive. Requests are worked on side by side: a slow frame delays
 * those who asked for it and nobody else. Starting fails with {@link RetrieverNotOpened} as the reason.
 */
export const retriever: GenServer<RetrieverProtocol, RetrieverOptions> = defineGenServer<
  RetrieverProtocol,
  State,
  RetrieverOptions
>({
  name: 'Retriever',
  init: async (options, ctx) => {
    const opened = await openAll(checkOptions(options), ctx.self, ctx.signal);
    if (opened.ok) {
      // From here on it is of no use without the index.
      ctx.link(opened.value.index.pid);
      return ok({ ...opened.value, searches: 0, underWay: 0 });
    }
    const { failure } = opened;
    const reason: RetrieverNotOpened = {
      kind: 'retriever_not_opened',
      failure,
      message: describeRetrieverFailure(failure),
    };
    return stop({ kind: 'shutdown', detail: reason });
  },
  call: {
    search: ({ query, options }, state, from, ctx) => {
      state.searches++;
      return later(state, from, ctx, answer(state, query, options));
    },
    chunk: ({ id }, state, from, ctx) => later(state, from, ctx, readChunk(state, id)),
    neighbours: ({ id, count }, state, from, ctx) => later(state, from, ctx, readAround(state, id, count)),
    traits: (_request, state, _from, ctx) => {
      const { hasVectors, stats, notice } = state;
      const { metric, chunks } = stats;
      return reply({ opened: ctx.self, hasVectors, metric, chunks, notice }, state);
    },
    step: ({ request }, state, from, ctx) => later(state, from, ctx, answerStep(state, request)),
    texts: ({ chunks }, state, from, ctx) => later(state, from, ctx, readTexts(state, chunks)),
    stats: (_request, state, from, ctx) =>
      later(
        state,
        from,
        ctx,
        state.index.stats().then((index) => ({
          video: state.archive.info,
          index,
          cache: state.cache.stats,
          searches: state.searches,
          underWay: state.underWay,
        })),
      ),
  },
  // What can be expected to fail is a value; what is left is a bug: the process ends and its supervisor decides.
  info: (message, state) =>
    message.type === 'request_failed' ? stop({ kind: 'crash', error: message.error }) : noreply(state),
  terminate: async (_reason, { index, archive }) => {
    await Promise.all([index.stop(), archive.close()]);
  },
});

/** Goes on with other requests while this one is worked on. */
const later = <Value>(
  state: State,
  from: From<Value>,
  ctx: Context<RetrieverProtocol>,
  work: Promise<Value>,
) => {
  state.underWay++;
  work
    .then(
      (value) => ctx.reply(from, value),
      (error: unknown) => ctx.send(ctx.self, { type: 'request_failed', error }),
    )
    .finally(() => {
      state.underWay--;
    });
  return noreply<State>(state);
};
