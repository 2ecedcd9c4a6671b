import {
  type AnyContext,
  type ChildCounts,
  type ChildInfo,
  childSpec,
  type DynamicStartChildResult,
  DynamicSupervisor,
  type DynamicSupervisorDefinition,
  type DynamicSupervisorProtocol,
  type DynamicSupervisorRef,
  dynamicSupervisor,
  type Pid,
  type ProcessName,
  type RestartType,
  type Shutdown,
  type StartResult,
  startDynamicSupervisor,
  type TypedChildSpec,
  whereis,
} from '@memvisor/supervisor';
import { getStats } from './client.js';
import type { RetrieverOptions } from './options.js';
import { type RetrieverProtocol, type RetrieverStats, retriever } from './retriever.js';

/** How one retriever is started. */
export interface StartRetrieverOptions extends RetrieverOptions {
  /** Registers it under this name. */
  readonly name?: ProcessName<RetrieverProtocol>;
  /** Default: `'transient'`: restarted when it crashes, for its callers to go on with. */
  readonly restart?: RestartType;
  /** Default: 5,000 ms. */
  readonly shutdown?: Shutdown;
}

/** How the supervisor is started. */
export interface RetrieverSupervisorOptions {
  /** Registers the supervisor under this name. */
  readonly name?: ProcessName<DynamicSupervisorProtocol>;
  /** Restarts within `maxSeconds` that it bears. Default 3. */
  readonly maxRestarts?: number;
  /** Default 5. */
  readonly maxSeconds?: number;
  /** Most retrievers at a time. Default: no limit. */
  readonly maxChildren?: number;
}

const definition = ({ name: _, ...options }: RetrieverSupervisorOptions = {}): DynamicSupervisorDefinition =>
  dynamicSupervisor({ name: 'RetrieverSupervisor', ...options });

/** Starts the supervisor, linked to `parent` when there is one. */
const startLink = (
  { name, ...options }: RetrieverSupervisorOptions = {},
  parent?: AnyContext,
): Promise<StartResult<DynamicSupervisorProtocol>> =>
  startDynamicSupervisor({
    ...options,
    label: 'RetrieverSupervisor',
    ...(name === undefined ? {} : { name }),
    ...(parent === undefined ? {} : { parent }),
  });

/** The supervisor as a child of another. */
const supervisorSpec = (
  options: RetrieverSupervisorOptions = {},
): TypedChildSpec<DynamicSupervisorProtocol> =>
  childSpec(definition(options), undefined, options.name === undefined ? {} : { name: options.name });

/** Opens an archive. A video or index that can not be opened is `error` with `retriever_not_opened`. */
const startRetriever = (
  supervisor: DynamicSupervisorRef,
  { name, restart = 'transient', shutdown = 5000, ...options }: StartRetrieverOptions,
): Promise<DynamicStartChildResult<RetrieverProtocol>> =>
  DynamicSupervisor.startChild(
    supervisor,
    childSpec(retriever, options, { restart, shutdown, ...(name === undefined ? {} : { name }) }),
  );

/** Stops one retriever; `not_found` when this supervisor has none under that pid or name. */
const stopRetriever = async (
  supervisor: DynamicSupervisorRef,
  which: Pid<RetrieverProtocol> | ProcessName<RetrieverProtocol>,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly kind: 'not_found' }> => {
  const pid = whereis(which);
  if (pid === undefined) return { ok: false, kind: 'not_found' };
  return DynamicSupervisor.terminateChild(supervisor, pid);
};

/** Stops every retriever; how many there were. */
const stopAllRetrievers = (supervisor: DynamicSupervisorRef): Promise<number> =>
  DynamicSupervisor.terminateAll(supervisor);

const listRetrievers = (supervisor: DynamicSupervisorRef): Promise<readonly ChildInfo[]> =>
  DynamicSupervisor.whichChildren(supervisor);

const countRetrievers = (supervisor: DynamicSupervisorRef): Promise<ChildCounts> =>
  DynamicSupervisor.countChildren(supervisor);

/** Each retriever's numbers; one that ends meanwhile is left out. */
const getRetrieversInfo = (
  supervisor: DynamicSupervisorRef,
): Promise<ReadonlyMap<Pid<RetrieverProtocol>, RetrieverStats>> =>
  DynamicSupervisor.askAll(supervisor, (pid: Pid<RetrieverProtocol>) => getStats(pid));

/**
 * The supervisor of retrievers: opens archives for reading and keeps them open.
 *
 * @example
 * const supervisor = await RetrieverSupervisor.startLink();
 * if (!supervisor.ok) throw new Error('not started');
 * const started = await RetrieverSupervisor.startRetriever(supervisor.pid, { video: 'memory.mp4', embedder });
 * if (started.ok) console.log(await search(started.pid, 'What did Lincoln say of labor?'));
 */
export const RetrieverSupervisor = {
  startLink,
  childSpec: supervisorSpec,
  startRetriever,
  stopRetriever,
  stopAllRetrievers,
  listRetrievers,
  countRetrievers,
  getRetrieversInfo,
} as const;
