/** Milliseconds that `work` takes. */
export const timed = async (work: () => unknown): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** How often a second `count` things in `ms` milliseconds are. */
export const perSecond = (count: number, ms: number): number => (count / ms) * 1000;

/** The value that the given share of `samples` does not exceed. */
export const percentile = (samples: readonly number[], share: number): number => {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

/** Bytes of the JavaScript heap after a full collection. Needs `--expose-gc`. */
export const heapBytes = (): number => {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error('measuring memory needs node --expose-gc');
  gc();
  gc();
  return process.memoryUsage().heapUsed;
};

/** Lets timers and I/O have a turn. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How late a timer of 1 ms fires, again and again until `stop`; in milliseconds. */
export const watchTimer = (): { stop(): number[] } => {
  const late: number[] = [];
  let due = performance.now() + 1;
  let timer = setTimeout(fired, 1);
  function fired(): void {
    const now = performance.now();
    late.push(Math.max(0, now - due));
    due = now + 1;
    timer = setTimeout(fired, 1);
  }
  return {
    stop: () => {
      clearTimeout(timer);
      return late;
    },
  };
};
