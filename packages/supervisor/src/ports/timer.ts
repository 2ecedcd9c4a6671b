import { realClock } from '../process/clock.js';

/**
 * Calls back after `delayMs`, never for `Infinity`. Real time, also for processes that live on a test's clock:
 * the outside world keeps no other.
 * @returns what gives the timer up
 */
export const startTimer = (callback: () => void, delayMs: number): (() => void) => {
  if (delayMs === Number.POSITIVE_INFINITY) return () => {};
  const timer = realClock.setTimer(callback, delayMs);
  return () => realClock.clearTimer(timer);
};
