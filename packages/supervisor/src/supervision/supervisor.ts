import { Ignore } from '../behaviours/results.js';
import { type Behaviour, behaviourOf, type Definition, type InitOutcome } from '../process/behaviour.js';
import type { Context } from '../process/context.js';
import { reasonOfThrown, UnhandledMessageError } from '../process/errors.js';
import type { ExitReason } from '../process/exit-reason.js';
import { type ExitMessage, Tag } from '../process/messages.js';
import type { PendingCall } from '../process/pending-call.js';
import type { Process } from '../process/process.js';
import { isPromise, type MaybePromise } from '../process/protocol.js';
import type { ChildSpec } from './child-spec.js';
import type { Child } from './children.js';
import { endsSupervisor, isRestarted } from './decisions.js';
import type { SupervisorFailure } from './failure.js';
import { checkSupervisorOptions, type SupervisorOptions } from './flags.js';
import { after, inOrder } from './in-order.js';
import { SupervisorPlan } from './plan.js';
import type { SupervisorProtocol } from './protocol.js';
import { reportGivingUp, reportRestart, reportStartError, reportUnknown } from './reports.js';
import { answer, type SupervisorRequest } from './requests.js';
import { RestartMessage, restartLater, waitBeforeRestart } from './restart-wait.js';
import { failureReason, startChild } from './start-child.js';
import { stopChild } from './stop-child.js';
import { checkSpecs, SupervisorState } from './supervisor-state.js';

/** A static supervisor, as `start`, `startLink` and `childSpec` take it. */
export type SupervisorDefinition<Args = void> = Definition<SupervisorProtocol, Args>;

/** The callbacks of a supervisor that decides on its children when it starts. */
export interface SupervisorCallbacks<Args> {
  /** For observers and logs, and the id of its child spec. Default: `'supervisor'`. */
  readonly name?: string;
  /** Returns `supervise(children, options)` or `ignore()`. */
  readonly init: (args: Args, ctx: Context<SupervisorProtocol>) => MaybePromise<SupervisorPlan | Ignore>;
}

/**
 * A supervisor of a fixed list of children, for `childSpec` to nest in another one. Its children start in
 * the order of the list, each when the one before is up, and stop in the reverse order. When one does not
 * start, those before it are stopped and the supervisor fails with `failed_to_start_child`.
 *
 * @example
 * const workers = supervisor([childSpec(counter, 0)], { strategy: 'one_for_all' });
 * await startSupervisor([childSpec(workers, undefined, { id: 'workers' })]);
 */
export const supervisor = (
  children: readonly ChildSpec[],
  { name, ...options }: SupervisorOptions & { readonly name?: string } = {},
): SupervisorDefinition =>
  defineSupervisor({
    ...(name === undefined ? {} : { name }),
    init: () => new SupervisorPlan(children, options),
  });

/**
 * Defines a supervisor whose `init` decides on its children from `args`; a module-based supervisor in Elixir.
 *
 * @example
 * const tenant = defineSupervisor<{ id: string }>({
 *   name: 'tenant',
 *   init: ({ id }) => supervise([childSpec(cache, { id }), childSpec(worker, { id })]),
 * });
 */
export const defineSupervisor = <Args = void>({
  name = 'supervisor',
  init,
}: SupervisorCallbacks<Args>): SupervisorDefinition<Args> => ({
  name,
  [behaviourOf]: new SupervisorBehaviour('supervisor', name, init as unknown as Init),
});

type Init = (args: unknown, process: Process) => MaybePromise<SupervisorPlan | Ignore>;

/** Carries out what decisions.ts decides. */
export class SupervisorBehaviour implements Behaviour {
  readonly supervises = true;

  constructor(
    readonly kind: string,
    readonly label: string,
    private readonly plan: Init,
  ) {}

  init(process: Process, args: unknown): MaybePromise<InitOutcome> {
    process.trapping = true;
    return after(this.plan(args, process), (plan) => this.begin(process, plan));
  }

  private begin(process: Process, plan: SupervisorPlan | Ignore): MaybePromise<InitOutcome> {
    if (plan instanceof Ignore) return { kind: 'ignore' };
    if (!(plan instanceof SupervisorPlan)) return failed({ kind: 'bad_return', value: plan });
    const checked = checkSupervisorOptions(plan.options);
    if (!checked.ok) return failed({ kind: 'supervisor_data', failure: checked.failure });
    const specs = checkSpecs(plan.children, checked.flags.autoShutdown);
    if ('kind' in specs) return failed({ kind: 'start_spec', failure: specs });
    const state = new SupervisorState(checked.flags);
    process.data = state;
    const children = specs.map((spec) => state.children.add(spec));
    return after(this.startInOrder(process, state, children), (failure): MaybePromise<InitOutcome> => {
      if (failure === undefined) return { kind: 'ok' };
      const { child, reason } = failure;
      const detail = { kind: 'failed_to_start_child', id: child.spec.id, reason };
      return after(this.stopAll(process, state), () => failed({ kind: 'shutdown', detail }));
    });
  }

  receive(process: Process, tag: number, payload: unknown): MaybePromise<void> {
    const state = process.data as SupervisorState;
    switch (tag) {
      case Tag.exit: {
        if (payload instanceof RestartMessage) return this.restartNow(process, state, payload);
        const { from, reason } = payload as ExitMessage;
        if (process.obeys(from)) return this.terminate(process, reason);
        const child = state.children.of(from as Process);
        return child === undefined ? undefined : this.childEnded(process, state, child, reason);
      }
      case Tag.call: {
        const call = payload as PendingCall;
        return after(answer(process, state, call.request as SupervisorRequest), (reply) => call.reply(reply));
      }
      case Tag.cast:
        throw new UnhandledMessageError(this.label, 'cast', payload);
      default:
        reportUnknown(process);
    }
  }

  failed(process: Process, thrown: unknown): MaybePromise<void> {
    return this.terminate(process, reasonOfThrown(thrown));
  }

  stop(process: Process, reason: ExitReason): MaybePromise<void> {
    return this.terminate(process, reason);
  }

  getState(process: Process): unknown {
    return process.data;
  }

  private childEnded(
    process: Process,
    state: SupervisorState,
    child: Child,
    reason: ExitReason,
  ): MaybePromise<void> {
    const { children, flags } = state;
    if (isRestarted(child.spec.restart, reason)) return this.restart(process, state, child, reason);
    children.drop(child);
    if (endsSupervisor(child.spec.significant, flags.autoShutdown, children.significantRunning))
      return this.terminate(process, 'shutdown');
  }

  /** Starts a child again, with the siblings that the strategy says, if the budget allows. */
  private restart(
    process: Process,
    state: SupervisorState,
    child: Child,
    reason: ExitReason,
  ): MaybePromise<void> {
    const { children, intensity, flags } = state;
    const now = process.system.clock.now();
    const { id } = child.spec;
    if (!intensity.spend(now, id)) {
      reportGivingUp(process, id, reason, intensity);
      children.drop(child);
      return this.terminate(process, 'shutdown');
    }
    reportRestart(process, id, reason, intensity);
    if (flags.backoff === undefined) return this.startAgain(process, state, child);
    const delayMs = waitBeforeRestart(flags.backoff, child, now);
    if (delayMs <= 0) return this.startAgain(process, state, child);
    return after(this.stopAffected(process, state, child), () => {
      if (process.dead) return;
      children.put(child, undefined, true);
      restartLater(process, child, id, reason, delayMs);
    });
  }

  private startAgain(process: Process, state: SupervisorState, child: Child): MaybePromise<void> {
    if (state.flags.strategy === 'one_for_one')
      return after(this.start(process, state, child), (failure) => this.retry(process, state, failure));
    const first = state.flags.strategy === 'one_for_all' ? undefined : child;
    return after(this.stopAffected(process, state, child), () => {
      const affected = state.children.from(first ?? state.children.first);
      return after(this.startInOrder(process, state, affected), (failure) =>
        this.retry(process, state, failure),
      );
    });
  }

  /** A start within a restart has failed: once whatever waits in the mailbox has been handled, try again. */
  private retry(process: Process, state: SupervisorState, failure: FailedStart | undefined): void {
    if (failure === undefined || process.dead) return;
    const { child, reason } = failure;
    state.children.put(child, undefined, true);
    process.deliver(Tag.exit, new RestartMessage(child.spec.id, reason, true));
  }

  private restartNow(
    process: Process,
    state: SupervisorState,
    { id, reason, counts }: RestartMessage,
  ): MaybePromise<void> {
    const child = state.children.find(id);
    // Stopped or deleted meanwhile.
    if (child === undefined || !child.restarting) return;
    return counts ? this.restart(process, state, child, reason) : this.startAgain(process, state, child);
  }

  /** Stops the siblings that are started again along with `child`, last started first. */
  private stopAffected(process: Process, { children, flags }: SupervisorState, child: Child) {
    children.put(child, undefined);
    if (flags.strategy === 'one_for_one') return undefined;
    const affected = children.from(flags.strategy === 'one_for_all' ? children.first : child.following);
    return inOrder(affected.reverse(), (sibling) =>
      sibling === child
        ? undefined
        : after(stopChild(process, sibling), () => {
            children.drop(sibling);
            return undefined;
          }),
    );
  }

  private startInOrder(
    process: Process,
    state: SupervisorState,
    children: readonly Child[],
  ): MaybePromise<FailedStart | undefined> {
    return inOrder(children, (child) => this.start(process, state, child));
  }

  private start(
    process: Process,
    { children }: SupervisorState,
    child: Child,
  ): MaybePromise<FailedStart | undefined> {
    if (process.dead) return undefined;
    return after(startChild(process, child.spec), (started) => {
      child.startedAt = process.system.clock.now();
      if (started.ok) children.put(child, started.pid as Process);
      else if (started.kind === 'ignore') children.drop(child);
      else {
        const reason = failureReason(started);
        if (!process.dead) reportStartError(process, child.spec.id, reason);
        return { child, reason };
      }
      return undefined;
    });
  }

  private stopAll(process: Process, { children }: SupervisorState): MaybePromise<unknown> {
    return inOrder([...children.lastFirst()], (child) => stopChild(process, child));
  }

  private terminate(process: Process, reason: ExitReason): MaybePromise<void> {
    const state = process.data as SupervisorState | undefined;
    const stopped = state === undefined ? undefined : this.stopAll(process, state);
    return isPromise(stopped) ? stopped.then(() => process.end(reason)) : process.end(reason);
  }
}

/** A child whose start failed. */
interface FailedStart {
  readonly child: Child;
  readonly reason: ExitReason;
}

const failed = (
  reason: SupervisorFailure | { readonly kind: 'shutdown'; readonly detail: unknown },
): InitOutcome => ({
  kind: 'stop',
  reason,
});
