import { setMaxListeners } from 'node:events';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { letThreadsLoad, OptionError, terminableThreadFlags } from '@memvisor/supervisor';
import { fail } from '../codec-error.js';
import { errorCode, errorText } from '../error-code.js';
import type { JobRunner } from './jobs.js';
import { createStarvation } from './starvation.js';

/** How a pool of threads is started. */
export type CodecPoolOptions = {
  /** Threads, from 1. @defaultValue the number of cores */
  readonly size?: number;
  /**
   * Whether its threads take what others leave of the processor, so that encoding does not hold up what has to answer
   * soon. On Linux only: elsewhere threads have no priority of their own. @defaultValue `false`
   */
  readonly background?: boolean;
  /**
   * Milliseconds, from 1, after which a thread without work ends; another is started when there is work again, which takes a
   * tenth of a second of processor time. `Infinity`: none ends before the pool is stopped. @defaultValue `1000`
   */
  readonly idleTimeoutMs?: number;
  /** Stops the pool when it fires, for instance the `signal` of the process that owns it. */
  readonly signal?: AbortSignal;
  /** Memory that a thread may take; past it the thread dies and its job fails with `worker_died`. @defaultValue Node's */
  readonly resourceLimits?: { readonly maxOldGenerationSizeMb?: number };
};

/**
 * Worker threads for what is heavy: compression, making and reading QR codes. One pool can serve any number of
 * archives at once.
 */
export type CodecPool = JobRunner & {
  /**
   * Ends the threads. What still runs fails with `cancelled`, as does what is asked for later. Safe to call twice.
   */
  stop(): Promise<void>;
};

/**
 * Memory for the young objects of a thread. Node's own 48 MB fill up before anything is collected, and stay; with jobs of
 * this size less costs no time.
 */
const youngGenerationMb = 6;

/**
 * Starts a pool. Threads start when there is work for them and keep Node alive only while they work.
 *
 * @throws {OptionError} when `size` is not a whole number from 1, or `idleTimeoutMs` is below 1
 * @example
 * const pool = startCodecPool({ size: 2 });
 * await writeArchive(chunks, { path: 'memory.mp4', pool });
 * await pool.stop();
 */
export const startCodecPool = (options: CodecPoolOptions = {}): CodecPool => {
  const size = options.size ?? availableParallelism();
  if (!Number.isInteger(size) || size < 1)
    throw new OptionError('size', size, 'a whole number of threads from 1');
  const { idleTimeoutMs = 1000 } = options;
  if (!(idleTimeoutMs >= 1)) throw new OptionError('idleTimeoutMs', idleTimeoutMs, 'milliseconds, from 1');
  const { Piscina } = loadPiscina();
  const piscina = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: size,
    idleTimeout: idleTimeoutMs,
    concurrentTasksPerWorker: 1,
    // Flags of the main program, such as --input-type, are not for a worker's file.
    execArgv: [...terminableThreadFlags],
    workerData: { background: options.background === true },
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb, ...options.resourceLimits },
  });
  letThreadsLoad(piscina);
  let stopping: Promise<void> | undefined;
  const starving = createStarvation(piscina, () => stopping !== undefined);
  const stop = (): Promise<void> => {
    options.signal?.removeEventListener('abort', stop);
    stopping ??= piscina.destroy();
    return stopping;
  };
  if (options.signal?.aborted === true) void stop();
  options.signal?.addEventListener('abort', stop, { once: true });

  return {
    size,
    stop,
    run: async (name, input, { signal, transfer } = {}) => {
      const isCancelled = () => stopping !== undefined || signal?.aborted === true;
      if (isCancelled()) return fail({ kind: 'cancelled' });
      try {
        return await starving.orDone(
          piscina.run(
            { name, input },
            {
              ...(signal === undefined ? {} : { signal: forJobs(signal) }),
              ...(transfer === undefined ? {} : { transferList: [...transfer] }),
            },
          ),
        );
      } catch (error) {
        if (isCancelled()) return fail({ kind: 'cancelled' });
        if (isThreadEnd(error)) return fail({ kind: 'worker_died', detail: errorText(error) });
        throw error;
      }
    },
  };
};

/** Loaded with the first pool: who reads a few frames needs none. */
const loadPiscina = (): typeof import('piscina') => createRequire(import.meta.url)('piscina');

const derived = new WeakMap<AbortSignal, AbortSignal>();

/**
 * The signal as jobs get it. Each of them listens while it runs or waits; on the caller's own signal Node would warn
 * of a leak from the eleventh on.
 */
const forJobs = (signal: AbortSignal): AbortSignal => {
  const known = derived.get(signal);
  if (known !== undefined) return known;
  const own = AbortSignal.any([signal]);
  setMaxListeners(0, own);
  derived.set(signal, own);
  return own;
};

/** Out of memory, an exit or a kill, as against an error that the job threw. */
const isThreadEnd = (error: unknown): boolean =>
  errorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY' ||
  /^worker exited with code|^Terminating worker/i.test(errorText(error));
