import { ArgumentError, Exit } from './errors.js';
import type { ExitReason } from './exit-reason.js';
import { hasLinks, linksOf, tie, untie } from './links.js';
import { DownMessage, ExitMessage, type MonitorRef, Tag } from './messages.js';
import type { AnyPid } from './pid.js';
import { processOf } from './pid.js';
import type { Process } from './process.js';

/** A monitor: who watches whom. */
class Monitor implements MonitorRef {
  constructor(
    readonly watcher: Process,
    readonly target: Process | undefined,
    /** What the watcher asked for, where that was a name without a process. */
    readonly missing: AnyPid | undefined = undefined,
  ) {}
}

/**
 * `link/1`. A link to a process that is gone is, as in OTP 25, a `noproc` error for a caller that does not
 * trap exits and an exit message for one that does.
 */
export const link = (process: Process, pid: AnyPid): void => {
  const other = processOf(pid);
  if (!other.dead) tie(process, other);
  else if (process.trapping) process.deliver(Tag.exit, new ExitMessage(pid, 'noproc'));
  else throw new NoProcessError(pid);
};

/** The `noproc` error of a link to a process that is gone. */
export class NoProcessError extends Error {
  override readonly name = 'NoProcessError';
  constructor(readonly pid: AnyPid) {
    super(`cannot link to ${pid}: it is not alive`);
  }
}

/** `unlink/1`. Exit messages of the other that already wait in the mailbox stay. */
export const unlink = (process: Process, pid: AnyPid): void => {
  untie(process, processOf(pid));
};

/**
 * `monitor/1`: a DOWN message when the target ends; with `noproc` when it is gone already. As in OTP, which sends
 * the request for a monitor with the next signal or when the process pauses, that DOWN message comes after all
 * that the process handles before it pauses.
 */
export const monitor = (process: Process, target: Process | undefined, asked?: AnyPid): MonitorRef => {
  const ref = new Monitor(process, target, asked);
  if (target === process) return ref;
  process.monitors ??= new Set();
  process.monitors.add(ref);
  if (target === undefined || target.dead) {
    afterPause(process, () => {
      if (process.monitors?.delete(ref) === true)
        process.deliver(Tag.info, new DownMessage(ref, target ?? asked, 'noproc'));
    });
  } else {
    target.watchers ??= new Set();
    target.watchers.add(ref);
  }
  return ref;
};

/**
 * Acts when `process` pauses. From an `init` that does not, a process of OTP's goes straight on to its messages: those that
 * wait when it has started come before the pause.
 */
const afterPause = (process: Process, act: () => void): void => {
  const { scheduler } = process.system;
  const { starting } = process;
  scheduler.afterSlice(() => {
    if (starting && !process.starting && process.queued)
      scheduler.continuations.hold(process, () => scheduler.afterSlice(act));
    else act();
  });
};

/**
 * Takes a monitor back; `false` when it had fired, been taken back or belongs to another process. With
 * `flush` a DOWN message of it that already waits is removed.
 */
export const demonitor = (process: Process, ref: MonitorRef, flush: boolean): boolean => {
  if (!(ref instanceof Monitor)) throw new ArgumentError('demonitor: not a reference made by monitor');
  if (ref.watcher !== process) return false;
  const live = process.monitors?.delete(ref) === true;
  if (live) ref.target?.watchers?.delete(ref);
  else if (flush) {
    const isIt = (payload: unknown) => payload instanceof DownMessage && payload.ref === ref;
    process.mailbox?.remove((_tag, payload) => isIt(payload));
    process.behaviour.forget?.(process, isIt);
  }
  return live;
};

/**
 * `exit/2`: an exit signal with `reason`. `'kill'` ends the target whatever it traps; `'normal'` does
 * nothing to others that do not trap; sent to oneself every reason ends a process that does not trap.
 */
export const sendExit = (from: Process | undefined, target: Process, reason: ExitReason): void => {
  if (target.dead) return;
  if (reason !== 'kill' && target.trapping) {
    target.deliver(Tag.exit, new ExitMessage(from ?? target, reason));
    return;
  }
  if (reason === 'normal' && from !== target) return;
  const actual = reason === 'kill' ? 'killed' : reason;
  if (from === target) {
    target.end(actual);
    throw new Exit(actual);
  }
  target.endBySignal(actual, from);
};

/** What the end of `process`, which `by` has brought about, means for those tied to it. */
export const propagateEnd = (process: Process, by: Process | undefined): void => {
  const reason = process.exitReason;
  const { watchers, monitors } = process;
  process.watchers = undefined;
  process.monitors = undefined;
  if (monitors !== undefined) for (const ref of monitors) (ref as Monitor).target?.watchers?.delete(ref);
  // The one link that most have.
  const { parent } = process;
  if (process.tied && parent !== undefined) {
    untie(process, parent);
    linkBroken(process, parent, reason, by);
  }
  if (hasLinks(process))
    for (const other of linksOf(process)) {
      untie(process, other);
      linkBroken(process, other, reason, by);
    }
  if (watchers !== undefined)
    for (const ref of watchers) {
      const { watcher } = ref as Monitor;
      watcher.monitors?.delete(ref);
      watcher.deliver(Tag.info, new DownMessage(ref, process, reason));
    }
};

const linkBroken = (process: Process, other: Process, reason: ExitReason, by: Process | undefined): void => {
  // A starter that traps exits hears of a process that a signal ended in `init` from its start's result alone.
  if (process.starting && other === process.parent && other.trapping) return;
  if (other.trapping) other.deliver(Tag.exit, new ExitMessage(process, reason));
  else if (reason !== 'normal') other.endBySignal(reason, by);
};
