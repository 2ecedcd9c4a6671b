import type { SupervisorOptionFailure } from './failure.js';

/**
 * Waits before restarts, longer each time a child fails again: `initialMs`, twice that, four times … up to
 * `maxMs`. Beyond OTP. The budget of `maxRestarts` in `maxSeconds` counts all the same.
 */
export interface BackoffOptions {
  /** The wait before a child's first restart, in milliseconds, from 0. Default: 100. */
  readonly initialMs?: number;
  /** The longest wait, in milliseconds, not below `initialMs`. Default: 30,000. */
  readonly maxMs?: number;
  /**
   * How much of each wait is left to chance, from 0 to 1, so that many children don't come back at the same
   * moment: with 0.2 a wait of 100 ms becomes 80 to 100 ms. Default: 0.
   */
  readonly jitter?: number;
  /** A child that has run for so many milliseconds starts over at `initialMs`. Default: twice `maxMs`. */
  readonly resetAfterMs?: number;
  /** Where chance comes from: numbers from 0 to below 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/** Options that have been checked, defaults filled in. */
export type Backoff = Required<BackoffOptions>;

/** Fills in the defaults, or says what is wrong. */
export const checkBackoff = (options: BackoffOptions): Backoff | SupervisorOptionFailure => {
  const { initialMs = 100, maxMs = Math.max(30_000, initialMs), jitter = 0, random = Math.random } = options;
  const { resetAfterMs = 2 * maxMs } = options;
  const invalid = (option: keyof BackoffOptions, value: unknown, expected: string) =>
    ({ kind: 'invalid_backoff', option, value, expected }) as const;
  if (!(initialMs >= 0 && initialMs < Number.POSITIVE_INFINITY))
    return invalid('initialMs', initialMs, 'milliseconds from 0');
  if (!(maxMs >= initialMs && maxMs < Number.POSITIVE_INFINITY))
    return invalid('maxMs', maxMs, 'milliseconds, not fewer than initialMs');
  if (!(jitter >= 0 && jitter <= 1)) return invalid('jitter', jitter, 'a number from 0 to 1');
  if (!(resetAfterMs >= 0)) return invalid('resetAfterMs', resetAfterMs, 'milliseconds from 0');
  if (typeof random !== 'function') return invalid('random', random, 'a function');
  return { initialMs, maxMs, jitter, resetAfterMs, random };
};

/** The wait before restart number `attempt` in a row, the first being 0. */
export const backoffDelay = ({ initialMs, maxMs, jitter, random }: Backoff, attempt: number): number =>
  // 2 ** 1024 would be Infinity, and 0 times that not a number.
  Math.min(maxMs, initialMs * 2 ** Math.min(attempt, 1000)) * (1 - jitter * random());

/** Which attempt in a row the next restart is, for a child that has run for `ranMs` since its last start. */
export const nextAttempt = ({ resetAfterMs }: Backoff, attempt: number, ranMs: number): number =>
  ranMs >= resetAfterMs ? 0 : attempt;
