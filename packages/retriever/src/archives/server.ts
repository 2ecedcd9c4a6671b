import { availableParallelism } from 'node:os';
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
import { answerTogether } from './answer.js';
import { ArchiveList } from './archive-list.js';
import { type ArchivesFailure, type ArchivesResult, describeArchivesFailure } from './failure.js';
import { type ArchivesOptions, type ArchivesSettings, checkArchivesOptions } from './options.js';
import { askAddressed, statsOf } from './read.js';
import type { ArchiveChunk, ArchivesAnswer, ArchivesStats, ChunkAddress } from './results.js';
import { SharedEmbedder } from './shared-embedder.js';

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
  readonly embedding: SharedEmbedder;
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
    const settings = checkArchivesOptions(options);
    const embedding = new SharedEmbedder(settings.embedder);
    // The end of one archive's supervisor is news, not the end of the others.
    ctx.trapExit(true);
    const list = new ArchiveList(settings, embedding, ctx, pLimit(openingsAtOnce));
    await list.open();
    const opened = embedding.isAskedFor ? await embedding.opened() : undefined;
    if (opened?.ok !== false) return ok({ settings, embedding, list, searches: 0 });
    await list.close();
    const { failure } = opened;
    const message = describeArchivesFailure(failure);
    const reason: ArchivesNotOpened = { kind: 'archives_not_opened', failure, message };
    return stop({ kind: 'shutdown', detail: reason });
  },
  call: {
    search: ({ query, options }, state, from, ctx) => {
      state.searches++;
      const { list, embedding, settings } = state;
      const answering = async (): Promise<ArchivesResult<ArchivesAnswer>> => {
        const current = await list.current();
        return answerTogether(current, embedding, query, { ...options, k: options.k ?? settings.topK });
      };
      return later(state, from, ctx, answering());
    },
    chunk: ({ address }, state, from, ctx) =>
      later(
        state,
        from,
        ctx,
        askAddressed(state.list, address, { type: 'chunk', id: address.chunkId }).then(
          (read): ArchivesResult<ArchiveChunk> =>
            read.ok ? { ok: true, value: { archive: address.archive, ...read.value } } : read,
        ),
      ),
    neighbours: ({ address, count }, state, from, ctx) =>
      later(
        state,
        from,
        ctx,
        askAddressed(state.list, address, { type: 'neighbours', id: address.chunkId, count }).then(
          (read): ArchivesResult<readonly ArchiveChunk[]> => {
            const { archive } = address;
            return read.ok ? { ok: true, value: read.value.map((one) => ({ archive, ...one })) } : read;
          },
        ),
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
