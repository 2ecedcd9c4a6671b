/** Time, as the runtime sees it. Tests put in a clock that stands still until told. */
export interface Clock {
  /** Milliseconds since some fixed moment; never runs backwards. */
  now(): number;
  /** Calls `callback` once, `delayMs` from now at the earliest. Keeps Node alive until then. */
  setTimer(callback: () => void, delayMs: number): unknown;
  /** Gives a timer up; harmless when it has fired. */
  clearTimer(timer: unknown): void;
}

/** Node cuts longer delays to 1 ms; a longer one is waited for in parts. */
const longestDelayMs = 2 ** 31 - 1;

class LongTimer {
  handle: NodeJS.Timeout | undefined;
  constructor(
    private readonly callback: () => void,
    private left: number,
  ) {
    this.next();
  }
  private next(): void {
    const part = Math.min(this.left, longestDelayMs);
    this.left -= part;
    this.handle = setTimeout(() => (this.left > 0 ? this.next() : this.callback()), part);
  }
}

/** The machine's monotonic clock. */
export const realClock: Clock = {
  now: () => performance.now(),
  setTimer: (callback, delayMs) =>
    delayMs > longestDelayMs ? new LongTimer(callback, delayMs) : setTimeout(callback, delayMs),
  clearTimer: (timer) => clearTimeout(timer instanceof LongTimer ? timer.handle : (timer as NodeJS.Timeout)),
};
