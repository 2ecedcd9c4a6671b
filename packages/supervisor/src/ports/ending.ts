import type { EndReason } from './os-exit.js';
import type { SpawnedChild } from './spawn-child.js';
import { startTimer } from './timer.js';

/** What is known about our wish to end a child. */
export interface Ending {
  /** The first reason wins; later ones change nothing. */
  readonly begin: (reason: EndReason) => void;
  /** SIGKILL at once, whatever has begun. */
  readonly kill: () => void;
  readonly reason: () => EndReason | undefined;
  /** Whether SIGKILL was sent. */
  readonly forced: () => boolean;
  /** To be called when the child is gone. */
  readonly over: () => void;
}

/**
 * The ladder that ends a child: its input ends and its IPC channel closes, SIGTERM follows at once, and SIGKILL
 * when `shutdownMs` later it is still there. SIGKILL also ends a process that is suspended by SIGSTOP.
 */
export const createEnding = (child: SpawnedChild, shutdownMs: number): Ending => {
  let reason: EndReason | undefined;
  let forced = false;
  let cancelTimer = () => {};
  let isOver = false;

  const force = () => {
    forced = true;
    child.kill('SIGKILL');
  };
  return {
    begin: (because) => {
      if (isOver || reason !== undefined) return;
      reason = because;
      child.stdin.end();
      child.disconnect();
      if (shutdownMs === 0) return force();
      child.kill('SIGTERM');
      cancelTimer = startTimer(force, shutdownMs);
    },
    kill: () => {
      if (isOver) return;
      reason ??= 'stopped';
      cancelTimer();
      force();
    },
    reason: () => reason,
    forced: () => forced,
    over: () => {
      isOver = true;
      cancelTimer();
    },
  };
};
