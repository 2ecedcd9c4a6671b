import { type CodecPool, startCodecPool } from './codec-pool.js';
import type { JobRunner } from './jobs.js';

/** Works with the pool given, or with one that lives as long as the work. */
export const withRunner = async <Value>(
  pool: JobRunner | undefined,
  work: (runner: JobRunner) => Promise<Value>,
): Promise<Value> => {
  if (pool !== undefined) return work(pool);
  const own = startCodecPool({ idleTimeoutMs: Number.POSITIVE_INFINITY });
  try {
    return await work(own);
  } finally {
    await own.stop();
  }
};

let shared: { readonly pool: CodecPool; users: number } | undefined;

/**
 * Works with the pool given, or in the background with one that all such works of this Node process have in common: it
 * starts with the first and ends with the last. Four archives that are written at once so take as many threads as one.
 */
export const withBackgroundRunner = async <Value>(
  pool: JobRunner | undefined,
  work: (runner: JobRunner) => Promise<Value>,
): Promise<Value> => {
  if (pool !== undefined) return work(pool);
  shared ??= {
    pool: startCodecPool({ background: true, idleTimeoutMs: Number.POSITIVE_INFINITY }),
    users: 0,
  };
  const used = shared;
  used.users += 1;
  try {
    return await work(used.pool);
  } finally {
    used.users -= 1;
    if (used.users === 0) {
      shared = undefined;
      await used.pool.stop();
    }
  }
};
