import {
  type NodeChild,
  type OsExit,
  type OwnerOptions,
  type Pid,
  RequestError,
  type RequestOptions,
  startNodeChild,
} from '@memvisor/supervisor';
import type { Chunk } from '../chunks/chunk.js';
import { type IndexFailure, IndexOptionError } from '../failure.js';
import type { LoadOptions, SaveResult } from '../file/index-file.js';
import { checkIndexOptions, type IndexOptions } from '../options.js';
import type { SearchHit } from '../search.js';
import type { IndexEntry, IndexStats, SearchRequest } from '../search-index.js';
import type { ShardReply, ShardRequest } from '../shards/shard-request.js';
import type { Backend, ServerReply, ServerRequest } from './protocol.js';

/** How an index server runs. */
export type IndexServerOptions = OwnerOptions & {
  /**
   * How the nearest vectors are found: `faiss`, `exact`, or `auto`: whichever is faster, which is faiss, where it
   * loads, for vectors of `float32` and `float16`, and exact search for the small integers of the other storages.
   * @defaultValue `'auto'`
   */
  readonly backend?: Backend;
  /** Told once, with the reason, when exact search serves because faiss does not load. */
  readonly onExactSearch?: (reason: string) => void;
};

/** What the server shall serve: a new index, or a saved one. */
export type IndexSource = { readonly create: IndexOptions } | ({ readonly load: string } & LoadOptions);

/**
 * An index in a process of its own. Requests are answered in the order in which they are made.
 *
 * Every method rejects with the supervisor's `RequestError` when the process ends or the request is given up,
 * and with {@link IndexOptionError} for what `SearchIndex` throws it for.
 */
export type IndexServer = {
  /** The process that owns the child: monitor it, link to it. */
  readonly pid: Pid;
  /** The operating system's id of the child. */
  readonly osPid: number | undefined;
  /** Who finds the nearest vectors. */
  readonly backend: 'faiss' | 'exact';
  /** Adds chunks, all or, when one of them is wrong, none; resolves with the number of chunks in the index. */
  add(entries: readonly IndexEntry[], options?: RequestOptions): Promise<number>;
  search(request: SearchRequest, options?: RequestOptions): Promise<SearchHit[]>;
  /** Answers one step of a search over several indexes: see `searchShards`. */
  ask(request: ShardRequest, options?: RequestOptions): Promise<ShardReply>;
  chunk(id: number, options?: RequestOptions): Promise<Chunk | undefined>;
  chunksOfFrame(frame: number, options?: RequestOptions): Promise<Chunk[]>;
  stats(options?: RequestOptions): Promise<IndexStats>;
  /** Saves as `saveIndex` does. What is added meanwhile is not in the file. */
  save(path: string, options?: RequestOptions): Promise<SaveResult>;
  /** How the process ended; never rejects. */
  readonly exited: Promise<OsExit>;
  /** Ends the process. What was not saved is gone. */
  stop(): Promise<OsExit>;
};

/** How starting ended. */
export type IndexServerResult =
  | { readonly ok: true; readonly server: IndexServer }
  | { readonly ok: false; readonly failure: IndexFailure };

const told = new WeakSet<(reason: string) => void>();

/**
 * Starts a process that holds an index, so that neither its computing nor a crash of faiss reaches the caller's.
 *
 * @throws {IndexOptionError} As a rejection, before anything is started.
 * @example
 * const started = await startIndexServer({ load: 'memory.mvx', archive }, { owner: ctx.self });
 * if (started.ok) console.log(await started.server.search({ text, vector }));
 */
export const startIndexServer = async (
  source: IndexSource,
  { backend = 'auto', onExactSearch, ...port }: IndexServerOptions = {},
): Promise<IndexServerResult> => {
  if (!['auto', 'faiss', 'exact'].includes(backend))
    throw new IndexOptionError('backend', backend, "'auto', 'faiss' or 'exact'");
  if ('create' in source) checkIndexOptions(source.create);
  const child = startNodeChild<ServerRequest, ServerReply>(
    new URL('./index-child.js', import.meta.url),
    port,
  );
  try {
    const reply = await child.request(openRequest(source, backend));
    if (reply.type === 'opened') {
      if (reply.reason !== undefined && onExactSearch !== undefined && !told.has(onExactSearch)) {
        told.add(onExactSearch);
        onExactSearch(reply.reason);
      }
      return { ok: true, server: serverOf(child, reply.backend) };
    }
    await child.stop();
    return { ok: false, failure: expect(reply, 'failed').failure };
  } catch (error) {
    await child.stop();
    if (error instanceof RequestError && error.failure.kind === 'process_exited')
      return { ok: false, failure: { kind: 'process_ended', reason: error.message } };
    throw error;
  }
};

const openRequest = (source: IndexSource, backend: Backend): ServerRequest => {
  if ('create' in source) return { type: 'create', options: source.create, backend };
  const { load, ...options } = source;
  return { type: 'load', path: load, options, backend };
};

const serverOf = (child: NodeChild<ServerRequest, ServerReply>, backend: 'faiss' | 'exact'): IndexServer => {
  const requested = async <Type extends ServerReply['type']>(
    type: Type,
    request: ServerRequest,
    options: RequestOptions | undefined,
  ) => expect(await child.request(request, options), type);
  return {
    pid: child.pid,
    osPid: child.osPid,
    backend,
    add: async (entries, options) => (await requested('added', { type: 'add', entries }, options)).size,
    search: async (request, options) => (await requested('hits', { type: 'search', request }, options)).hits,
    ask: async (request, options) => (await requested('answered', { type: 'ask', request }, options)).reply,
    chunk: async (id, options) => (await requested('chunks', { type: 'chunk', id }, options)).chunks[0],
    chunksOfFrame: async (frame, options) =>
      (await requested('chunks', { type: 'frame', frame }, options)).chunks,
    stats: async (options) => (await requested('stats', { type: 'stats' }, options)).stats,
    save: async (path, options) => (await requested('saved', { type: 'save', path }, options)).result,
    exited: child.exited,
    stop: () => child.stop(),
  };
};

const expect = <Type extends ServerReply['type']>(
  reply: ServerReply,
  type: Type,
): Extract<ServerReply, { type: Type }> => {
  if (reply.type === 'refused') throw new IndexOptionError(reply.option, reply.value, reply.expected);
  if (!isOf(reply, type)) throw new Error(`the index process answered ${reply.type}, not ${type}`);
  return reply;
};

const isOf = <Type extends ServerReply['type']>(
  reply: ServerReply,
  type: Type,
): reply is Extract<ServerReply, { type: Type }> => reply.type === type;
