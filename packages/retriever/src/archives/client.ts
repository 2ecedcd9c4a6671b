import {
  type CallOf,
  type Context,
  call,
  childSpec,
  type Message,
  OptionError,
  type ProcessName,
  type ReplyOf,
  type RestartType,
  type ServerRef,
  type Shutdown,
  type StartResult,
  start,
  type TypedChildSpec,
} from '@memvisor/supervisor';
import type { SearchOptions } from '../answer.js';
import { checkNeighbours, defaultTimeoutMs, type RequestOptions } from '../client.js';
import { type AnswerContext, type ContextOptions, contextOf, leastTokens } from '../context.js';
import type { ArchivesResult } from './failure.js';
import type { ArchivesOptions } from './options.js';
import type { ArchiveChunk, ArchivesAnswer, ArchivesStats, ChunkAddress } from './results.js';
import { type ArchivesProtocol, archivesServer } from './server.js';

/** A running retriever of several archives: its pid, name or via name. */
export type ArchivesRef = ServerRef<ArchivesProtocol>;

/** {@link ArchivesOptions}, and how it is called. */
export interface StartArchivesOptions extends ArchivesOptions {
  /** Registers it under this name. */
  readonly name?: ProcessName<ArchivesProtocol>;
}

/** How it is supervised. */
export interface ArchivesSpecOptions {
  /** Default `'permanent'`. */
  readonly restart?: RestartType;
  /** Default 5,000 ms. */
  readonly shutdown?: Shutdown;
}

const startLinked = (
  { name, ...options }: StartArchivesOptions,
  parent?: Pick<Context, 'startLink'>,
): Promise<StartResult<ArchivesProtocol>> => {
  const named = name === undefined ? {} : { name };
  return parent === undefined
    ? start(archivesServer, options, named)
    : parent.startLink(archivesServer, options, named);
};

const spec = (
  { name, ...options }: StartArchivesOptions,
  supervised: ArchivesSpecOptions = {},
): TypedChildSpec<ArchivesProtocol> =>
  childSpec(archivesServer, options, { ...supervised, ...(name === undefined ? {} : { name }) });

const request = <const Request extends CallOf<ArchivesProtocol>>(
  archives: ArchivesRef,
  asked: Request,
  { timeoutMs = defaultTimeoutMs, caller }: RequestOptions,
): Promise<ReplyOf<ArchivesProtocol, Request & Message>> =>
  caller === undefined ? call(archives, asked, timeoutMs) : caller.call(archives, asked, timeoutMs);

const searchAll = (
  archives: ArchivesRef,
  query: string,
  { timeoutMs, caller, ...options }: SearchOptions & RequestOptions = {},
): Promise<ArchivesResult<ArchivesAnswer>> =>
  request(archives, { type: 'search', query, options }, given({ timeoutMs, caller }));

const context = async (
  archives: ArchivesRef,
  question: string,
  { maxTokens, countTokens, k = 20, ...options }: ContextOptions & SearchOptions & RequestOptions = {},
): Promise<ArchivesResult<AnswerContext>> => {
  if (maxTokens !== undefined && !(maxTokens >= leastTokens))
    throw new OptionError('maxTokens', maxTokens, `a number from ${leastTokens}`);
  const answered = await searchAll(archives, question, { ...options, k });
  return answered.ok
    ? { ok: true, value: contextOf(answered.value.results, given({ maxTokens, countTokens })) }
    : answered;
};

const chunk = (
  archives: ArchivesRef,
  address: ChunkAddress,
  options: RequestOptions = {},
): Promise<ArchivesResult<ArchiveChunk>> => request(archives, { type: 'chunk', address }, options);

const around = async (
  archives: ArchivesRef,
  address: ChunkAddress,
  count = 1,
  options: RequestOptions = {},
): Promise<ArchivesResult<readonly ArchiveChunk[]>> => {
  checkNeighbours(count);
  return request(archives, { type: 'neighbours', address, count }, options);
};

const stats = (archives: ArchivesRef, options: RequestOptions = {}): Promise<ArchivesStats> =>
  request(archives, { type: 'stats' }, options);

/** Only what is given: an option that is `undefined` is none. */
const given = <Options extends object>(
  options: Options,
): { [Name in keyof Options]?: Exclude<Options[Name], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;

/**
 * Several archives searched as one: with one ranking, in which scores are what they would be if one archive held all texts.
 * What can't be opened, dies or takes too long is named in the answer and does not touch the others.
 *
 * - `startLink(options, parent?)`, `childSpec(options)`: starts whatever becomes of the archives
 * - `search(archives, question, options)` as for a single retriever; results say their `archive`, `archives` who took part
 * - `getContext(archives, question, options)` for language models
 * - `getChunk(archives, { archive, chunkId })`, `neighbours(archives, { archive, chunkId }, count)`
 * - `getStats(archives)`
 *
 * Each request rejects with a `CallExit` when the server is not there, dies or takes longer than `timeoutMs`.
 *
 * @example
 * const started = await Archives.startLink({ archives: ['notes/*.mp4', 'mail.mkv'], embedder });
 * if (!started.ok) throw new Error('not started');
 * const answer = await Archives.search(started.pid, 'When does the vessel leave?', { k: 3 });
 * if (answer.ok) for (const { archive, source, text } of answer.value.results) console.log(archive, source, text);
 */
export const Archives = {
  startLink: startLinked,
  childSpec: spec,
  search: searchAll,
  getContext: context,
  getChunk: chunk,
  neighbours: around,
  getStats: stats,
} as const;
