import { defaultSystem } from '../default-system.js';
import type { StartResult } from '../process/behaviour.js';
import type { AnyPid, Pid, ServerRef } from '../process/pid.js';
import type { OutsideStartOptions, System } from '../process/system.js';
import { CheckedSpec, checkDynamicChildSpec } from './check-child-spec.js';
import type { ChildSpec, TypedChildSpec } from './child-spec.js';
import { type Asker, request, type Stopper, systemFor } from './client.js';
import { dynamicSupervisor } from './dynamic-supervisor.js';
import type { DynamicSupervisorOptions } from './flags.js';
import { labelled } from './labelled.js';
import type {
  ChildCounts,
  ChildInfo,
  DynamicStartChildResult,
  DynamicSupervisorProtocol,
  TerminateChildResult,
} from './protocol.js';
import type { SupervisorStartOptions } from './supervisor-client.js';

/** Whatever a dynamic supervisor can be addressed by. */
export type DynamicSupervisorRef = ServerRef<DynamicSupervisorProtocol>;

/**
 * Starts a dynamic supervisor, without children.
 *
 * @example
 * const started = await startDynamicSupervisor({ maxChildren: 1000 });
 * if (started.ok) await DynamicSupervisor.startChild(started.pid, childSpec(session, 'anna'));
 */
export const startDynamicSupervisor = (
  options: DynamicSupervisorOptions & SupervisorStartOptions<DynamicSupervisorProtocol> = {},
): Promise<StartResult<DynamicSupervisorProtocol>> => {
  const { system: _system, parent, name, timeoutMs, mailbox, label, ...rest } = options;
  const given = { parent, name, timeoutMs, mailbox } as OutsideStartOptions<DynamicSupervisorProtocol>;
  return systemFor(options).start(dynamicSupervisor(labelled(rest, label)), undefined, given);
};

/**
 * Starts a child. `ignore` and errors of its start come back as they are and leave nothing behind, also
 * where the child is permanent; `max_children` means that there is no room.
 */
export const startChild: {
  <P>(
    supervisor: DynamicSupervisorRef,
    spec: TypedChildSpec<P>,
    asker?: Asker,
  ): Promise<DynamicStartChildResult<P>>;
  (supervisor: DynamicSupervisorRef, spec: ChildSpec, asker?: Asker): Promise<DynamicStartChildResult>;
} = (supervisor: DynamicSupervisorRef, spec: ChildSpec, asker?: Asker): Promise<never> => {
  const checked = checkDynamicChildSpec(spec);
  if (!(checked instanceof CheckedSpec))
    return Promise.resolve({ ok: false, kind: 'invalid_child_spec', failure: checked } as never);
  return request(supervisor, { type: 'start_child', spec: checked }, asker) as Promise<never>;
};

/** Stops a child as its `shutdown` says, and forgets it. `not_found` when it is no child of this supervisor. */
export const terminateChild = (
  supervisor: DynamicSupervisorRef,
  pid: AnyPid,
  asker?: Asker,
): Promise<TerminateChildResult> => request(supervisor, { type: 'terminate_child', pid }, asker);

/** All children; with very many this takes its time, and `countChildren` does not. */
export const whichChildren = (
  supervisor: DynamicSupervisorRef,
  asker?: Asker,
): Promise<readonly ChildInfo[]> => request(supervisor, { type: 'which_children' }, asker);

/** How many children there are, of which kinds, and how many run; costs the same for ten and a million. */
export const countChildren = (supervisor: DynamicSupervisorRef, asker?: Asker): Promise<ChildCounts> =>
  request(supervisor, { type: 'count_children' }, asker);

/** Stops every child that runs now, all at the same time; how many there were. */
export const terminateAll = async (supervisor: DynamicSupervisorRef, asker?: Asker): Promise<number> => {
  const pids = await runningChildren(supervisor, asker);
  const stopped = await Promise.all(pids.map((pid) => terminateChild(supervisor, pid, asker)));
  return stopped.filter(({ ok }) => ok).length;
};

/**
 * What each child says that runs now, all asked at the same time; one that does not answer, as it has ended meanwhile, is
 * left out. `P` is what all of its children take: a dynamic supervisor does not know.
 *
 * @example
 * const states = await DynamicSupervisor.askAll<Session, string>(sessions, (pid) => call(pid, { type: 'state' }));
 */
export const askAll = async <P, Answer>(
  supervisor: DynamicSupervisorRef,
  ask: (pid: Pid<P>) => Promise<Answer>,
  asker?: Asker,
): Promise<ReadonlyMap<Pid<P>, Answer>> => {
  const pids = (await runningChildren(supervisor, asker)) as readonly Pid<P>[];
  const answers = await Promise.allSettled(pids.map(ask));
  return new Map(
    answers.flatMap((answer, at) =>
      answer.status === 'fulfilled' ? [[pids[at] as Pid<P>, answer.value] as const] : [],
    ),
  );
};

const runningChildren = async (supervisor: DynamicSupervisorRef, asker?: Asker): Promise<readonly AnyPid[]> =>
  (await whichChildren(supervisor, asker)).flatMap(({ pid }) => pid ?? []);

/** Stops the supervisor and all its children; see `stopServer`. */
export const stop = (
  supervisor: DynamicSupervisorRef,
  reason: Parameters<System['stop']>[1] = 'normal',
  timeoutMs: number = Number.POSITIVE_INFINITY,
  asker: Stopper = defaultSystem,
): Promise<void> => asker.stop(supervisor as Pid, reason, timeoutMs);
