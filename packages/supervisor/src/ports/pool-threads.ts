import type { Worker } from 'node:worker_threads';

/** Longest wait for a thread that loads its file, in milliseconds. */
const longestLoadMs = 5000;

/** A pool of worker threads, as piscina is one. */
export interface ThreadPool {
  /** Those that live, from the moment at which each is made. */
  readonly threads: readonly Worker[];
}

const pools = new Set<WeakRef<ThreadPool>>();
let listening = false;

/**
 * Lets threads of a pool load their file before they are ended. Node does not close the files that a thread has open while it
 * imports modules, should it be terminated at that moment: some twenty descriptors each time. From here on `terminate()` of the
 * pool's threads waits for the first message of the thread (a pool's thread sends one when its file is loaded), for
 * 5 s at most.
 *
 * @example
 * const pool = new Piscina({ filename: new URL('./worker.js', import.meta.url).href });
 * letThreadsLoad(pool);
 */
export const letThreadsLoad = (pool: ThreadPool): void => {
  pools.add(new WeakRef(pool));
  if (listening) return;
  listening = true;
  process.on('worker', (worker) => {
    for (const known of pools) {
      const alive = known.deref();
      if (alive === undefined) pools.delete(known);
      else if (alive.threads.includes(worker)) return delayEnd(worker);
    }
  });
};

const delayEnd = (worker: Worker): void => {
  let loading = true;
  let tell = (): void => {};
  const loaded = new Promise<void>((resolve) => {
    tell = () => {
      loading = false;
      resolve();
    };
  });
  worker.once('message', tell).once('exit', tell);
  const terminate = worker.terminate.bind(worker);
  worker.terminate = async () => {
    if (loading) {
      // Nobody else waits for it any more.
      for (const listener of worker.listeners('message'))
        worker.off('message', listener as (value: unknown) => void);
      worker.once('message', tell);
      const timer = setTimeout(tell, longestLoadMs);
      await loaded;
      clearTimeout(timer);
    }
    return terminate();
  };
};
