import { defaultSystem } from '../default-system.js';
import type { StartResult } from '../process/behaviour.js';
import type { Pid, ServerRef } from '../process/pid.js';
import type { OutsideStartOptions, System } from '../process/system.js';
import type { ChildSpec, TypedChildSpec } from './child-spec.js';
import { type Asker, request, type Stopper, systemFor } from './client.js';
import type { AutoShutdown, SupervisorOptions } from './flags.js';
import { labelled } from './labelled.js';
import type {
  ChildCounts,
  ChildInfo,
  DeleteChildResult,
  Done,
  GetChildspecResult,
  InvalidChildSpec,
  RestartChildResult,
  StartChildResult,
  SupervisorProtocol,
  TerminateChildResult,
} from './protocol.js';
import { supervisor as define } from './supervisor.js';
import { checkSpecs } from './supervisor-state.js';

/** Whatever a static supervisor can be addressed by. */
export type SupervisorRef = ServerRef<SupervisorProtocol>;

/** How a supervisor is started. */
export interface SupervisorStartOptions<P> extends OutsideStartOptions<P> {
  /** The system to start it in. Default: that of `parent`, or else the default system. */
  readonly system?: System;
  /** What it is, for observers and logs. Default: `'supervisor'`, of a dynamic one `'dynamic_supervisor'`. */
  readonly label?: string;
}

/**
 * Starts a supervisor with these children. Resolves when all of them run, or when one did not start and
 * those before it have been stopped; the reason is then `{ kind: 'shutdown', detail: { kind:
 * 'failed_to_start_child', id, reason } }`. Wrong options and specs come back as reasons too, see
 * `describeSupervisionFailure`.
 *
 * @example
 * const started = await startSupervisor([childSpec(counter, 0)], { strategy: 'one_for_one' });
 */
export const startSupervisor = (
  children: readonly ChildSpec[],
  options: SupervisorOptions & SupervisorStartOptions<SupervisorProtocol> = {},
): Promise<StartResult<SupervisorProtocol>> => {
  const { system: _system, parent, name, timeoutMs, mailbox, label, ...rest } = options;
  const given = { parent, name, timeoutMs, mailbox } as OutsideStartOptions<SupervisorProtocol>;
  return systemFor(options).start(define(children, labelled(rest, label)), undefined, given);
};

/** Starts one more child, after all others in order. */
export const startChild: {
  <P>(supervisor: SupervisorRef, spec: TypedChildSpec<P>, asker?: Asker): Promise<StartChildResult<P>>;
  (supervisor: SupervisorRef, spec: ChildSpec, asker?: Asker): Promise<StartChildResult>;
} = (supervisor: SupervisorRef, spec: ChildSpec, asker?: Asker): Promise<never> =>
  request(supervisor, { type: 'start_child', spec }, asker) as Promise<never>;

/** Stops a child as its `shutdown` says. It stays known, to be restarted or deleted, unless it is temporary. */
export const terminateChild = (
  supervisor: SupervisorRef,
  id: unknown,
  asker?: Asker,
): Promise<TerminateChildResult> => request(supervisor, { type: 'terminate_child', id }, asker);

/** Starts a child that is known but does not run. */
export const restartChild = (
  supervisor: SupervisorRef,
  id: unknown,
  asker?: Asker,
): Promise<RestartChildResult> => request(supervisor, { type: 'restart_child', id }, asker);

/** Forgets a child that does not run. */
export const deleteChild = (
  supervisor: SupervisorRef,
  id: unknown,
  asker?: Asker,
): Promise<DeleteChildResult> => request(supervisor, { type: 'delete_child', id }, asker);

/** All children, last started first. */
export const whichChildren = (supervisor: SupervisorRef, asker?: Asker): Promise<readonly ChildInfo[]> =>
  request(supervisor, { type: 'which_children' }, asker);

/** How many children there are, of which kinds, and how many live; costs the same for ten and a million. */
export const countChildren = (supervisor: SupervisorRef, asker?: Asker): Promise<ChildCounts> =>
  request(supervisor, { type: 'count_children' }, asker);

/** A child's spec, defaults filled in. */
export const getChildspec = (
  supervisor: SupervisorRef,
  id: unknown,
  asker?: Asker,
): Promise<GetChildspecResult> => request(supervisor, { type: 'get_childspec', id }, asker);

/**
 * Checks specs as a supervisor would before it starts any: what is wrong with the first wrong one, or two of
 * the same id. Asks nobody.
 */
export const checkChildspecs = (
  specs: readonly ChildSpec[],
  autoShutdown: AutoShutdown = 'never',
): Done | InvalidChildSpec => {
  const checked = checkSpecs(specs, autoShutdown);
  return 'kind' in checked ? { ok: false, kind: 'invalid_child_spec', failure: checked } : { ok: true };
};

/** Stops the supervisor and all its children; see `stopServer`. */
export const stop = (
  supervisor: SupervisorRef,
  reason: Parameters<System['stop']>[1] = 'normal',
  timeoutMs: number = Number.POSITIVE_INFINITY,
  asker: Stopper = defaultSystem,
): Promise<void> => asker.stop(supervisor as Pid, reason, timeoutMs);
