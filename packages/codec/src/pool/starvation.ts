import type { Piscina } from 'piscina';

/** Threads in a row that may end without having done a job before those that wait are given up. */
const mostFruitless = 3;

/**
 * A pool that may have no threads starts one when a job comes, but none when a thread dies: jobs that wait at that
 * moment would wait for ever. This starts another, and gives the jobs up when those die as well.
 */
export const createStarvation = (piscina: Piscina, isStopping: () => boolean) => {
  let fruitless = 0;
  let cause: unknown = new Error('Worker exited with code 1');
  const waiting = new Set<(error: unknown) => void>();

  // A thread that dies before it has a job tells nobody else.
  piscina.on('error', (error) => {
    cause = error;
  });
  const revive = (): void => {
    if (isStopping() || piscina.queueSize === 0 || piscina.threads.length > 0) return;
    fruitless += 1;
    if (fruitless >= mostFruitless) {
      for (const giveUp of waiting) giveUp(cause);
      return;
    }
    const nothing = { width: 0, height: 0, count: 0, gray: new Uint8Array(0) };
    void piscina.run({ name: 'readPictures', input: nothing }).catch(() => {});
  };
  piscina.on('workerDestroy', () => queueMicrotask(revive));

  return {
    /** The job's outcome, or why no thread can do it. */
    orDone: async <Value>(job: Promise<Value>): Promise<Value> => {
      let giveUp = (_error: unknown): void => {};
      const hopeless = new Promise<never>((_, reject) => {
        giveUp = reject;
      });
      waiting.add(giveUp);
      try {
        const value = await Promise.race([job, hopeless]);
        fruitless = 0;
        return value;
      } finally {
        waiting.delete(giveUp);
      }
    },
  };
};
