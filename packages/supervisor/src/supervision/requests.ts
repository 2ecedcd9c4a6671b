import { UnhandledMessageError } from '../process/errors.js';
import { ExitMessage } from '../process/messages.js';
import type { Pid } from '../process/pid.js';
import type { Process } from '../process/process.js';
import type { CallOf, MaybePromise } from '../process/protocol.js';
import { CheckedSpec, checkChildSpec } from './check-child-spec.js';
import type { ChildSpec } from './child-spec.js';
import type { Child } from './children.js';
import { after } from './in-order.js';
import type {
  ChildCounts,
  ChildInfo,
  ChildStarted,
  DeleteChildResult,
  GetChildspecResult,
  RestartChildResult,
  StartChildResult,
  SupervisorProtocol,
  TerminateChildResult,
} from './protocol.js';
import { failureReason, startChild } from './start-child.js';
import { stopChild } from './stop-child.js';
import type { SupervisorState } from './supervisor-state.js';

/** A request to a static supervisor. */
export type SupervisorRequest = CallOf<SupervisorProtocol>;

/** Carries out a request and returns what the caller gets. */
export const answer = (
  process: Process,
  state: SupervisorState,
  request: SupervisorRequest,
): MaybePromise<unknown> => {
  switch (request.type) {
    case 'start_child':
      return start(process, state, request.spec);
    case 'terminate_child':
      return terminate(process, state, request.id);
    case 'restart_child':
      return restart(process, state, request.id);
    case 'delete_child':
      return remove(state, request.id);
    case 'get_childspec':
      return specOf(state, request.id);
    case 'which_children':
      return [...state.children.lastFirst()].map(childInfo);
    case 'count_children':
      return counts(process, state);
    default:
      throw new UnhandledMessageError(process.behaviour.label, 'call', request);
  }
};

const start = (
  process: Process,
  { children, flags }: SupervisorState,
  given: ChildSpec,
): MaybePromise<StartChildResult> => {
  const spec = checkChildSpec(given, flags.autoShutdown);
  if (!(spec instanceof CheckedSpec)) return { ok: false, kind: 'invalid_child_spec', failure: spec };
  const known = children.find(spec.id);
  if (known !== undefined)
    return known.process === undefined
      ? { ok: false, kind: 'already_present' }
      : { ok: false, kind: 'already_started', pid: known.process };
  return after(startChild(process, spec), (started): StartChildResult => {
    if (started.ok) {
      const child = children.add(spec);
      child.startedAt = process.system.clock.now();
      children.put(child, started.pid as Process);
      return started as ChildStarted;
    }
    if (started.kind === 'ignore') {
      if (spec.restart !== 'temporary') children.add(spec);
      return { ok: true, pid: undefined };
    }
    return { ok: false, kind: 'error', reason: failureReason(started), spec: given };
  });
};

const terminate = (
  process: Process,
  { children }: SupervisorState,
  id: unknown,
): MaybePromise<TerminateChildResult> => {
  const child = children.find(id);
  if (child === undefined) return notFound;
  return after(stopChild(process, child), () => {
    children.drop(child);
    return done;
  });
};

const restart = (
  process: Process,
  { children }: SupervisorState,
  id: unknown,
): MaybePromise<RestartChildResult> => {
  const child = children.find(id);
  if (child === undefined) return notFound;
  const refused = busy(child);
  if (refused !== undefined) return refused;
  return after(startChild(process, child.spec), (started): RestartChildResult => {
    child.startedAt = process.system.clock.now();
    if (started.ok) {
      children.put(child, started.pid as Process);
      return started as ChildStarted;
    }
    if (started.kind === 'ignore') return { ok: true, pid: undefined };
    return { ok: false, kind: 'error', reason: failureReason(started) };
  });
};

const remove = ({ children }: SupervisorState, id: unknown): DeleteChildResult => {
  const child = children.find(id);
  if (child === undefined) return notFound;
  const refused = busy(child);
  if (refused !== undefined) return refused;
  children.remove(child);
  return done;
};

const specOf = ({ children }: SupervisorState, id: unknown): GetChildspecResult => {
  const child = children.find(id);
  return child === undefined ? notFound : { ok: true, spec: { ...child.spec } };
};

const busy = (child: Child) => {
  if (child.restarting) return { ok: false, kind: 'restarting' } as const;
  return child.process === undefined ? undefined : ({ ok: false, kind: 'running' } as const);
};

/** One child as `whichChildren` shows it. */
export const childInfo = ({ spec, process, restarting }: Child): ChildInfo => ({
  id: spec.id,
  status: restarting ? 'restarting' : process === undefined ? 'stopped' : 'running',
  pid: process as Pid | undefined,
  type: spec.type,
  modules: spec.modules,
});

const counts = (process: Process, { children }: SupervisorState): ChildCounts => {
  const { size: specs, workers, supervisors, running } = children;
  // A child whose exit message still waits in the mailbox is not alive.
  let ended = 0;
  process.mailbox?.forEach((_tag, payload) => {
    if (payload instanceof ExitMessage && children.of(payload.from as Process)?.process?.dead) ended++;
  });
  return { specs, active: running - ended, supervisors, workers };
};

const notFound = { ok: false, kind: 'not_found' } as const;
const done = { ok: true } as const;
