/** Milliseconds that `work` takes. */
export const timed = async (work: () => unknown): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/**
 * Microseconds that each of these calls takes: the median of 20 batches, which take turns, so that each call is
 * as warm as the others and one pause of the collector does not tell.
 */
export const inTurn = async (
  calls: Readonly<Record<string, () => Promise<unknown>>>,
  batch: number,
): Promise<Record<string, number>> => {
  const kinds = Object.entries(calls).map(([name, call]) => ({ name, call, times: [] as number[] }));
  for (let round = 0; round < 20; round++)
    for (const { call, times } of kinds) {
      const ms = await timed(async () => {
        for (let i = 0; i < batch; i++) await call();
      });
      times.push((ms / batch) * 1000);
    }
  return Object.fromEntries(kinds.map(({ name, times }) => [name, percentile(times, 0.5)]));
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

/** Bursts of crashes that are not measured, on every system (docs/decisions/0054). */
export const warmUpBursts = 20;

/** Waits until no restart so far counts any more in a budget of one second, which is reckoned in whole seconds. */
export const forgetRestarts = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2100));

/** Calls `work` again and again until a second is over; how often it was. */
export const forASecond = async (work: (round: number) => Promise<unknown>): Promise<number> => {
  const end = performance.now() + 1000;
  let rounds = 0;
  do await work(++rounds);
  while (performance.now() < end);
  return rounds;
};

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
