import type { Behaviour, InitOutcome, StartFailure, StartResult } from './behaviour.js';
import { reasonOfThrown } from './errors.js';
import type { ExitReason } from './exit-reason.js';
import { tieToParent } from './links.js';
import { LiveProcess } from './live-process.js';
import type { MailboxLimit } from './mailbox-limit.js';
import { nameTaken, registerAs } from './names.js';
import type { AnyPid, Pid, ProcessName, Via } from './pid.js';
import type { Process } from './process.js';
import { isPromise, type MaybePromise } from './protocol.js';
import type { System } from './system.js';

/** How a process is started. */
export interface StartOptions<P = unknown> {
  /** Registers the process under this name before `init` runs. */
  readonly name?: ProcessName<P> | Via<P>;
  /** Longest time in milliseconds for an asynchronous `init`; then it is killed. Default: no limit. */
  readonly timeoutMs?: number;
  /** Bounds the mailbox. Default: no bound, as in OTP. */
  readonly mailbox?: MailboxLimit;
}

type Setup = StartOptions & { readonly parent?: Process | undefined; readonly link?: boolean };

/**
 * Starts a process and runs its `init` as a part of the caller, who waits for it anyway: where `init`
 * returns no promise the result is there at once, without a turn of the event loop.
 */
export const startProcess = <P>(
  system: System,
  behaviour: Behaviour,
  args: unknown,
  { parent, link = false, name = behaviour.ownName, timeoutMs = Number.POSITIVE_INFINITY, mailbox }: Setup,
): MaybePromise<StartResult<P>> => {
  parent?.mustLive();
  const holder = name === undefined ? undefined : nameTaken(system, name);
  if (holder !== undefined) return { ok: false, kind: 'already_started', pid: holder };
  const process = new LiveProcess(system, behaviour, parent);
  process.limit = mailbox;
  process.owned = link;
  system.processStarted(process);
  if (link && parent !== undefined) tieToParent(process, parent);
  if (name !== undefined) {
    let faster: AnyPid | undefined;
    try {
      faster = registerAs(system, process, name);
    } catch (thrown) {
      // As in OTP, it is the process itself that registers and fails.
      return failed(process, reasonOfThrown(thrown));
    }
    if (faster !== undefined) {
      process.starting = false;
      process.end('normal');
      return { ok: false, kind: 'already_started', pid: faster };
    }
  }
  let outcome: MaybePromise<InitOutcome>;
  try {
    outcome = behaviour.init(process, args);
  } catch (thrown) {
    return failed(process, reasonOfThrown(thrown));
  }
  if (!isPromise(outcome)) return finish<P>(process, outcome);
  if (!process.dead) return initLater<P>(process, outcome, timeoutMs);
  // A signal has ended it already; what becomes of its init interests nobody.
  outcome.catch(() => undefined);
  return { ok: false, kind: 'error', reason: process.exitReason };
};

const finish = <P>(process: Process, outcome: InitOutcome): StartResult<P> => {
  if (process.dead) return { ok: false, kind: 'error', reason: process.exitReason };
  process.starting = false;
  switch (outcome.kind) {
    case 'ok':
      process.next = outcome.next;
      process.release();
      return { ok: true, pid: process as Pid<P> };
    case 'ignore':
      process.end('normal');
      return { ok: false, kind: 'ignore' };
    case 'stop':
      process.end(outcome.reason);
      return { ok: false, kind: 'error', reason: outcome.error ?? outcome.reason };
  }
};

const failed = (process: Process, reason: ExitReason): StartFailure => {
  process.starting = false;
  process.end(reason);
  return { ok: false, kind: 'error', reason };
};

const initLater = <P>(
  process: Process,
  outcome: Promise<InitOutcome>,
  timeoutMs: number,
): Promise<StartResult<P>> =>
  new Promise((resolve) => {
    const { clock } = process.system;
    const timer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : clock.setTimer(() => {
            settle({ ok: false, kind: 'error', reason: 'timeout' });
            // As OTP does: the starter hears of the timeout alone, not of the kill.
            if (process.parent !== undefined) process.system.unlink(process.parent, process);
            process.end('killed');
          }, timeoutMs);
    const onEnd = (reason: ExitReason) => settle({ ok: false, kind: 'error', reason });
    const detach = () => {
      clock.clearTimer(timer);
      const { endListeners } = process;
      if (endListeners === undefined) return;
      endListeners.splice(endListeners.indexOf(onEnd), 1);
      if (endListeners.length === 0) process.endListeners = undefined;
    };
    const settle = (result: StartResult<P>) => {
      detach();
      answer(result);
    };
    const answer = (result: StartResult<P>) => {
      const { parent, system } = process;
      if (parent === undefined) resolve(result);
      else system.scheduler.continuations.resume(parent, () => resolve(result));
    };
    process.endListeners ??= [];
    process.endListeners.push(onEnd);
    // Detached first: an end that is the outcome's own doing must not be taken for one that came in between.
    outcome.then(
      (value) => {
        if (process.dead) return;
        detach();
        answer(finish<P>(process, value));
      },
      (thrown) => {
        if (process.dead) return;
        detach();
        answer(failed(process, reasonOfThrown(thrown)));
      },
    );
  });
