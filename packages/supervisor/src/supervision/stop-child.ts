import type { Process } from '../process/process.js';
import type { MaybePromise } from '../process/protocol.js';
import { sendExit, unlink } from '../process/signals.js';
import { telemetry } from '../telemetry.js';
import type { CheckedSpec } from './check-child-spec.js';
import { reportStop } from './reports.js';

/** A child as the stopping of it needs it. */
export interface StoppableChild {
  readonly spec: CheckedSpec;
  readonly process: Process | undefined;
}

/**
 * Stops one child as its `shutdown` says. A child that ends on the signal itself, as one that traps no
 * exits does, is gone when this returns; only for others is there a promise.
 */
export const stopChild = (supervisor: Process, child: StoppableChild): MaybePromise<undefined> => {
  if (child.process === undefined || supervisor.dead) return undefined;
  const began = stopBegins(supervisor);
  if (askToEnd(supervisor, child)) {
    reportStop(supervisor, child.spec, child.process, began, false);
    return undefined;
  }
  return new Promise((resolve) => waitFor(supervisor, [child], began, () => resolve(undefined)));
};

/** Children asked to end before timers and I/O get their turn: about 2 ms of work. */
const perTurn = 2000;

/** Stops children all at once and waits for the slowest; those with the same `shutdown` share a timer. */
export const stopTogether = (
  supervisor: Process,
  children: Iterable<StoppableChild>,
): MaybePromise<undefined> => {
  const began = stopBegins(supervisor);
  const left = children[Symbol.iterator]();
  const waiting: StoppableChild[] = [];
  return askSome(supervisor, left, began, waiting)
    ? waitForAll(supervisor, waiting, began)
    : stopManyTogether(supervisor, left, began, waiting);
};

const stopManyTogether = async (
  supervisor: Process,
  left: Iterator<StoppableChild>,
  began: number,
  waiting: StoppableChild[],
): Promise<undefined> => {
  do {
    await new Promise((resolve) => setImmediate(resolve));
    // What waits for the system to come to rest has to see that this goes on.
    supervisor.system.scheduler.activity++;
    if (supervisor.dead) return undefined;
  } while (!askSome(supervisor, left, began, waiting));
  return waitForAll(supervisor, waiting, began);
};

/** Asks the next children to end; whether these were the last. Those that take their time go to `waiting`. */
const askSome = (
  supervisor: Process,
  left: Iterator<StoppableChild>,
  began: number,
  waiting: StoppableChild[],
): boolean => {
  for (let n = 0; n < perTurn; n++) {
    const next = left.next();
    if (next.done === true) return true;
    const child = next.value;
    if (child.process === undefined) continue;
    if (askToEnd(supervisor, child)) reportStop(supervisor, child.spec, child.process, began, false);
    else waiting.push(child);
  }
  return false;
};

const waitForAll = (
  supervisor: Process,
  waiting: readonly StoppableChild[],
  began: number,
): MaybePromise<undefined> => {
  const alive = waiting.filter((child) => {
    const { process, spec } = child;
    if (process?.gone === true) reportStop(supervisor, spec, process, began, false);
    return process?.gone === false;
  });
  if (alive.length === 0) return undefined;
  return new Promise((resolve) => waitFor(supervisor, alive, began, () => resolve(undefined)));
};

/** Only the event says how long it took, and the clock has its price. */
const stopBegins = (supervisor: Process): number =>
  telemetry.childStop.hasSubscribers ? supervisor.system.clock.now() : 0;

/** Sends what ends the child; whether it is gone already. */
const askToEnd = (supervisor: Process, { spec, process }: StoppableChild): boolean => {
  const child = process as Process;
  if (child.gone) return true;
  // From here on its end is no news to the supervisor's mailbox.
  unlink(supervisor, child);
  sendExit(supervisor, child, spec.shutdown === 'brutal_kill' ? 'kill' : 'shutdown');
  return child.gone;
};

const waitFor = (
  supervisor: Process,
  children: readonly StoppableChild[],
  began: number,
  done: () => void,
): void => {
  const { clock } = supervisor.system;
  const groups = new Map<number, { readonly alive: Set<Process>; cancel(): void }>();
  const killed = new Set<Process>();
  let left = children.length;
  for (const { spec, process } of children) {
    const child = process as Process;
    const { shutdown } = spec;
    const onEnd = () => {
      if (typeof shutdown === 'number') leave(shutdown, child);
      if (supervisor.dead) return;
      reportStop(supervisor, spec, child, began, killed.has(child));
      if (--left === 0) supervisor.system.scheduler.continuations.resume(supervisor, done);
    };
    child.endListeners ??= [];
    child.endListeners.push(onEnd);
    if (typeof shutdown === 'number') join(shutdown, child);
  }

  function join(shutdownMs: number, child: Process): void {
    const group = groups.get(shutdownMs);
    if (group !== undefined) {
      group.alive.add(child);
      return;
    }
    const alive = new Set([child]);
    const timer = clock.setTimer(() => {
      // Gathered first: each kill takes its child out of the set.
      for (const late of [...alive]) {
        killed.add(late);
        sendExit(supervisor, late, 'kill');
      }
    }, shutdownMs);
    const cancel = () => {
      clock.clearTimer(timer);
      supervisor.timers?.delete(fresh);
    };
    const fresh = { alive, cancel };
    // A supervisor that is itself killed meanwhile kills nobody any more.
    supervisor.timers ??= new Set();
    supervisor.timers.add(fresh);
    groups.set(shutdownMs, fresh);
  }

  function leave(shutdownMs: number, child: Process): void {
    const group = groups.get(shutdownMs);
    if (group === undefined) return;
    group.alive.delete(child);
    if (group.alive.size === 0) group.cancel();
  }
};
