import type { ExitReason } from '../process/exit-reason.js';
import { Tag } from '../process/messages.js';
import type { Process } from '../process/process.js';
import { type Backoff, backoffDelay, nextAttempt } from './backoff.js';

/**
 * A supervisor's note to itself: start this child again, if that is still wanted when the note is read. It
 * travels like an exit message, which always gets into a bounded mailbox.
 */
export class RestartMessage {
  constructor(
    /** What the supervisor finds the child by. */
    readonly id: unknown,
    readonly reason: ExitReason,
    /** Whether the restart has yet to be counted. */
    readonly counts: boolean,
  ) {}
}

/** What the backoff keeps of a child. */
export interface Waiting {
  attempt: number;
  startedAt: number;
  wait: { cancel(): void } | undefined;
}

/** How long a child waits for its next restart, in milliseconds. */
export const waitBeforeRestart = (backoff: Backoff, child: Waiting, now: number): number => {
  const attempt = nextAttempt(backoff, child.attempt, now - child.startedAt);
  child.attempt = attempt + 1;
  return backoffDelay(backoff, attempt);
};

/** Puts a {@link RestartMessage} into the supervisor's mailbox after `delayMs`, unless `child.wait` is cancelled. */
export const restartLater = (
  supervisor: Process,
  child: Waiting,
  id: unknown,
  reason: ExitReason,
  delayMs: number,
): void => {
  const { clock } = supervisor.system;
  const wait = {
    cancel: () => {
      clock.clearTimer(timer);
      supervisor.timers?.delete(wait);
    },
  };
  const timer = clock.setTimer(() => {
    supervisor.timers?.delete(wait);
    child.wait = undefined;
    supervisor.deliver(Tag.exit, new RestartMessage(id, reason, false));
  }, delayMs);
  child.wait = wait;
  supervisor.timers ??= new Set();
  supervisor.timers.add(wait);
};
