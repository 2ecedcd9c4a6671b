import { Ignore } from '../behaviours/results.js';
import { type Behaviour, behaviourOf, type Definition, type InitOutcome } from '../process/behaviour.js';
import type { Context } from '../process/context.js';
import { reasonOfThrown, UnhandledMessageError } from '../process/errors.js';
import type { ExitReason } from '../process/exit-reason.js';
import { type ExitMessage, Tag } from '../process/messages.js';
import type { PendingCall } from '../process/pending-call.js';
import type { Process } from '../process/process.js';
import { type CallOf, isPromise, type MaybePromise } from '../process/protocol.js';
import { CheckedSpec, checkDynamicChildSpec } from './check-child-spec.js';
import type { AnyStartResult, ChildSpec } from './child-spec.js';
import { isRestarted } from './decisions.js';
import { type DynamicChild, DynamicChildren } from './dynamic-children.js';
import type { SupervisorFailure } from './failure.js';
import { checkDynamicSupervisorOptions, type DynamicSupervisorOptions, type Flags } from './flags.js';
import { after } from './in-order.js';
import { DynamicSupervisorPlan } from './plan.js';
import type { ChildCounts, ChildInfo, DynamicSupervisorProtocol, TerminateChildResult } from './protocol.js';
import { reportGivingUp, reportRestart, reportStartError, reportUnknown } from './reports.js';
import { RestartIntensity } from './restart-intensity.js';
import { RestartMessage, restartLater, waitBeforeRestart } from './restart-wait.js';
import { StartThrew, startChild } from './start-child.js';
import { stopChild, stopTogether } from './stop-child.js';

/** A dynamic supervisor, as `start`, `startLink` and `childSpec` take it. */
export type DynamicSupervisorDefinition<Args = void> = Definition<DynamicSupervisorProtocol, Args>;

/** The callbacks of a dynamic supervisor that decides on its options when it starts. */
export interface DynamicSupervisorCallbacks<Args> {
  /** For observers and logs, and the id of its child spec. Default: `'dynamic_supervisor'`. */
  readonly name?: string;
  /** Returns `superviseDynamic(options)` or `ignore()`. */
  readonly init: (
    args: Args,
    ctx: Context<DynamicSupervisorProtocol>,
  ) => MaybePromise<DynamicSupervisorPlan | Ignore>;
}

/**
 * A supervisor that starts with no children and is given them one by one, for `childSpec` to nest in
 * another supervisor. Children don't depend on each other: a crash concerns one child alone, and at the
 * end all are stopped at once. Takes a million of them.
 *
 * @example
 * const sessions = dynamicSupervisor({ name: 'sessions', maxChildren: 10_000 });
 * await startSupervisor([childSpec(sessions, undefined, { name: processName('sessions') })]);
 */
export const dynamicSupervisor = ({
  name,
  ...options
}: DynamicSupervisorOptions & { readonly name?: string } = {}): DynamicSupervisorDefinition =>
  defineDynamicSupervisor({
    ...(name === undefined ? {} : { name }),
    init: () => new DynamicSupervisorPlan(options),
  });

/** Defines a dynamic supervisor whose `init` decides on its options from `args`. */
export const defineDynamicSupervisor = <Args = void>({
  name = 'dynamic_supervisor',
  init,
}: DynamicSupervisorCallbacks<Args>): DynamicSupervisorDefinition<Args> => ({
  name,
  [behaviourOf]: new DynamicSupervisorBehaviour('dynamic_supervisor', name, init as unknown as Init),
});

type Init = (args: unknown, process: Process) => MaybePromise<DynamicSupervisorPlan | Ignore>;
type Request = CallOf<DynamicSupervisorProtocol>;

/** What a dynamic supervisor keeps. */
export class DynamicSupervisorState {
  readonly children = new DynamicChildren();
  readonly intensity: RestartIntensity;
  constructor(readonly flags: Flags) {
    this.intensity = new RestartIntensity(flags.maxRestarts, flags.maxSeconds);
  }
}

/** Carries out what decisions.ts decides, for children that have nothing to do with each other. */
export class DynamicSupervisorBehaviour implements Behaviour {
  constructor(
    readonly kind: string,
    readonly label: string,
    private readonly plan: Init,
  ) {}

  init(process: Process, args: unknown): MaybePromise<InitOutcome> {
    process.trapping = true;
    return after(this.plan(args, process), (plan): InitOutcome => {
      if (plan instanceof Ignore) return { kind: 'ignore' };
      if (!(plan instanceof DynamicSupervisorPlan)) return failed({ kind: 'bad_return', value: plan });
      const checked = checkDynamicSupervisorOptions(plan.options);
      if (!checked.ok) return failed({ kind: 'supervisor_data', failure: checked.failure });
      process.data = new DynamicSupervisorState(checked.flags);
      return { kind: 'ok' };
    });
  }

  receive(process: Process, tag: number, payload: unknown): MaybePromise<void> {
    const state = process.data as DynamicSupervisorState;
    switch (tag) {
      case Tag.exit: {
        if (payload instanceof RestartMessage) return restartNow(process, state, payload);
        const { from, reason } = payload as ExitMessage;
        if (process.obeys(from)) return terminate(process, reason);
        const child = state.children.of(from as Process);
        return child === undefined ? undefined : childEnded(process, state, child, reason);
      }
      case Tag.call: {
        const call = payload as PendingCall;
        const reply = this.answer(process, state, call.request as Request);
        if (isPromise(reply)) return reply.then((value) => call.reply(value));
        call.reply(reply);
        return undefined;
      }
      case Tag.cast:
        // As Elixir's, it takes no notice.
        return undefined;
      default:
        return reportUnknown(process);
    }
  }

  private answer(process: Process, state: DynamicSupervisorState, request: Request): MaybePromise<unknown> {
    switch (request.type) {
      case 'start_child':
        return start(process, state, request.spec);
      case 'terminate_child':
        return terminateChild(process, state, request.pid as Process);
      case 'which_children':
        return Array.from(state.children, dynamicChildInfo);
      case 'count_children':
        return counts(state);
      default:
        throw new UnhandledMessageError(this.label, 'call', request);
    }
  }

  failed(process: Process, thrown: unknown): MaybePromise<void> {
    return terminate(process, reasonOfThrown(thrown));
  }

  stop(process: Process, reason: ExitReason): MaybePromise<void> {
    return terminate(process, reason);
  }

  getState(process: Process): unknown {
    return process.data;
  }
}

const start = (process: Process, state: DynamicSupervisorState, given: ChildSpec): MaybePromise<unknown> => {
  const { children, flags } = state;
  const spec = checkDynamicChildSpec(given);
  if (!(spec instanceof CheckedSpec)) return { ok: false, kind: 'invalid_child_spec', failure: spec };
  if (children.size >= flags.maxChildren) return { ok: false, kind: 'max_children' };
  const started = startChild(process, spec, flags.extraArguments);
  return isPromise(started)
    ? started.then((result) => keep(process, state, spec, result))
    : keep(process, state, spec, started);
};

const keep = (
  process: Process,
  { children, flags }: DynamicSupervisorState,
  spec: CheckedSpec,
  result: AnyStartResult,
): AnyStartResult => {
  if (result.ok) children.add(spec, result.pid as Process, startedAt(process, flags));
  return result instanceof StartThrew ? { ok: false, kind: 'error', reason: result.reason } : result;
};

/** Only a backoff asks for the time of a start, and the clock has its price. */
const startedAt = (process: Process, { backoff }: Flags): number =>
  backoff === undefined ? 0 : process.system.clock.now();

const terminateChild = (
  process: Process,
  { children }: DynamicSupervisorState,
  pid: Process,
): MaybePromise<TerminateChildResult> => {
  const child = children.of(pid);
  if (child === undefined) return { ok: false, kind: 'not_found' };
  const stopped = stopChild(process, child);
  const forget = (): TerminateChildResult => {
    children.remove(child);
    return done;
  };
  return isPromise(stopped) ? stopped.then(forget) : forget();
};

const childEnded = (
  process: Process,
  state: DynamicSupervisorState,
  child: DynamicChild,
  reason: ExitReason,
): MaybePromise<void> => {
  if (isRestarted(child.spec.restart, reason)) return restart(process, state, child, reason);
  state.children.remove(child);
};

/** Starts a child again if the budget allows. */
const restart = (
  process: Process,
  state: DynamicSupervisorState,
  child: DynamicChild,
  reason: ExitReason,
): MaybePromise<void> => {
  const { children, intensity, flags } = state;
  const now = process.system.clock.now();
  const { id } = child.spec;
  if (!intensity.spend(now, id)) {
    reportGivingUp(process, id, reason, intensity);
    children.remove(child);
    return terminate(process, 'shutdown');
  }
  reportRestart(process, id, reason, intensity);
  if (flags.backoff !== undefined) {
    const delayMs = waitBeforeRestart(flags.backoff, child, now);
    if (delayMs > 0) {
      children.setRestarting(child, true);
      restartLater(process, child, child.known, reason, delayMs);
      return;
    }
  }
  return startAgain(process, state, child);
};

const startAgain = (
  process: Process,
  { children, flags }: DynamicSupervisorState,
  child: DynamicChild,
): MaybePromise<void> => {
  const started = startChild(process, child.spec, flags.extraArguments);
  const apply = (result: AnyStartResult): void => {
    if (process.dead) return;
    if (result.ok) {
      children.replace(child, result.pid as Process, startedAt(process, flags));
    } else if (result.kind === 'ignore') {
      children.remove(child);
    } else {
      const reason = result.kind === 'error' ? result.reason : { kind: result.kind, pid: result.pid };
      reportStartError(process, child.spec.id, reason);
      children.setRestarting(child, true);
      // Whatever waits in the mailbox comes first; it may be a request to stop this child.
      process.deliver(Tag.exit, new RestartMessage(child.known, reason, true));
    }
  };
  return isPromise(started) ? started.then(apply) : apply(started);
};

const restartNow = (
  process: Process,
  state: DynamicSupervisorState,
  { id, reason, counts: counted }: RestartMessage,
): MaybePromise<void> => {
  const child = state.children.of(id as Process);
  // Stopped meanwhile.
  if (child === undefined || !child.restarting) return;
  return counted ? restart(process, state, child, reason) : startAgain(process, state, child);
};

const terminate = (process: Process, reason: ExitReason): MaybePromise<void> => {
  const state = process.data as DynamicSupervisorState;
  const stopped = stopTogether(process, state.children);
  return isPromise(stopped) ? stopped.then(() => process.end(reason)) : process.end(reason);
};

/** One child as `whichChildren` shows it. */
export const dynamicChildInfo = ({ spec, known, restarting }: DynamicChild): ChildInfo => ({
  id: undefined,
  status: restarting ? 'restarting' : 'running',
  pid: restarting ? undefined : known,
  type: spec.type,
  modules: spec.modules,
});

const counts = ({ children }: DynamicSupervisorState): ChildCounts => ({
  specs: children.size,
  active: children.size - children.restarting,
  supervisors: children.supervisors,
  workers: children.size - children.supervisors,
});

const failed = (reason: SupervisorFailure): InitOutcome => ({ kind: 'stop', reason });
const done = { ok: true } as const;
