import { availableParallelism } from 'node:os';
import type { Embedder } from '@memvisor/embedding';
import {
  type Call,
  type Context,
  defineGenServer,
  ExitMessage,
  type From,
  type GenServer,
  noreply,
  ok,
  stop,
} from '@memvisor/supervisor';
import pLimit from 'p-limit';
import type { SearchOptions } from '../answer.js';
import { openedEmbedder } from '../open.js';
import { answerTogether } from './answer.js';
import { ArchiveList } from './archive-list.js';
import { type ArchivesFailure, type ArchivesResult, describeArchivesFailure } from './failure.js';
import { type ArchivesOptions, type ArchivesSettings, checkArchivesOptions } from './options.js';
import { readAddressed, statsOf } from './read.js';
import type { ArchiveChunk, ArchivesAnswer, ArchivesStats, ChunkAddress } from './results.js';

/** What a retriever of several archives answers to. Use the functions of `Archives` rather than these messages. */
export type ArchivesProtocol = {
  call:
    | Call<
        { readonly type: 'search'; readonly query: string; readonly options: SearchOptions },
        ArchivesResult<ArchivesAnswer>
      >
    | Call<{ readonly type: 'chunk'; readonly address: ChunkAddress }, ArchivesResult<ArchiveChunk>>
    | Call<
        { readonly type: 'neighbours'; readonly address: ChunkAddress; readonly count: number },
        ArchivesResult<readonly ArchiveChunk[]>
      >
    | Call<{ readonly type: 'stats' }, ArchivesStats>;
  info: { readonly type: 'request_failed'; readonly error: unknown };
};

/** The reason that several archives fail to start with: their embedder can't be opened. */
export interface ArchivesNotOpened {
  readonly kind: 'archives_not_opened';
  readonly failure: ArchivesFailure;
  readonly message: string;
}

type State = {
  readonly settings: ArchivesSettings;
  readonly embedder: Embedder | undefined;
  readonly list: ArchiveList;
  searches: number;
};

/** Each opening starts two processes; more at a time than this would only take turns. */
const openingsAtOnce = 2 * availableParallelism();

/**
 * A server that answers questions from several archives as one. It starts whatever becomes of them: a search says which take
 * part, and tries the others again.
 */
export const archivesServer: GenServer<ArchivesProtocol, ArchivesOptions> = defineGenServer<
  ArchivesProtocol,
  State,
  ArchivesOptions
>({
  name: 'Archives',
  init: async (options, ctx) => {
    const settings = openingOnce(checkArchivesOptions(options));
    // The end of one archive's supervisor is news, not the end of the others.
    ctx.trapExit(true);
    const list = new ArchiveList(settings, ctx, pLimit(openingsAtOnce));
    await list.open();
    const embedder = await openedEmbedder(settings.embedder);
    if (embedder.ok) return ok({ settings, embedder: embedder.value, list, searches: 0 });
    await list.close();
    const { failure } = embedder;
    const message = describeArchivesFailure(failure);
    const reason: ArchivesNotOpened = { kind: 'archives_not_opened', failure, message };
    return stop({ kind: 'shutdown', detail: reason });
  },
  call: {
    search: ({ query, options }, state, from, ctx) => {
      state.searches++;
      const { list, embedder, settings } = state;
      const answering = async (): Promise<ArchivesResult<ArchivesAnswer>> => {
        const current = await list.current();
        return answerTogether(current, embedder, query, { ...options, k: options.k ?? settings.topK });
      };
      return later(state, from, ctx, answering());
    },
    chunk: ({ address }, state, from, ctx) =>
      later(
        state,
        from,
        ctx,
        readAddressed(state.list, address, async (keeper) => {
          const read = await keeper.ask({ type: 'chunk', id: address.chunkId });
          return read.ok ? { ok: true, value: { archive: address.archive, ...read.value } } : read;
        }),
      ),
    neighbours: ({ address, count }, state, from, ctx) =>
      later(
        state,
        from,
        ctx,
        readAddressed(state.list, address, async (keeper) => {
          const { archive, chunkId: id } = address;
          const read = await keeper.ask({ type: 'neighbours', id, count });
          return read.ok ? { ok: true, value: read.value.map((one) => ({ archive, ...one })) } : read;
        }),
      ),
    stats: (_request, state, from, ctx) => later(state, from, ctx, statsOf(state.list, state.searches)),
  },
  info: (message, state) => {
    if (message instanceof ExitMessage) state.list.ended(message.from);
    else if (message.type === 'request_failed') return stop({ kind: 'crash', error: message.error });
    return noreply(state);
  },
  terminate: (_reason, { list }) => list.close(),
});

/** A function that opens the embedder is given to every archive, and called by the first that comes to it. */
const openingOnce = ({ embedder, ...settings }: ArchivesSettings): ArchivesSettings => {
  if (typeof embedder !== 'function') return embedder === undefined ? settings : { ...settings, embedder };
  let opening: ReturnType<typeof embedder> | undefined;
  return {
    ...settings,
    embedder: () => {
      opening ??= embedder();
      return opening;
    },
  };
};

/** Goes on with other requests while this one is worked on. */
const later = <Value>(
  state: State,
  from: From<Value>,
  ctx: Context<ArchivesProtocol>,
  work: Promise<Value>,
) => {
  work.then(
    (value) => ctx.reply(from, value),
    (error: unknown) => ctx.send(ctx.self, { type: 'request_failed', error }),
  );
  return noreply<State>(state);
};
