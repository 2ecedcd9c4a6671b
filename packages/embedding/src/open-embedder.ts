import { availableParallelism } from 'node:os';
import type { Pid, SupervisorProtocol } from '@memvisor/supervisor';
import * as z from 'zod';
import type { Embedder, WindowVector } from './embedder.js';
import { checkModelOptions, type ModelOptions, modelOptionShape } from './embedder-options.js';
import { EmbeddingError, type EmbeddingFailure } from './failure.js';
import { type OpenResult, openResult } from './open-result.js';
import { integer } from './options.js';
import type { Partition } from './partitions/partition.js';
import { Pool } from './partitions/pool.js';
import { type ParentContext, supervisePartitions } from './partitions/supervise.js';
import { resolveModel } from './resolve-model.js';

/** Options of {@link openEmbedder}. */
export type EmbedderOptions = ModelOptions & {
  /**
   * Child processes that each hold the model and use one core, 1 to 256; each takes some 100 MB for the default
   * model. @defaultValue the number of cores
   */
  readonly partitions?: number;
  /** Longest time in milliseconds until a partition has loaded the model. @defaultValue `60_000` */
  readonly startTimeoutMs?: number;
  /**
   * Milliseconds after which a partition that has work and gives no sign of life is killed and started anew; its
   * requests fail with `timed_out`. @defaultValue `60_000`
   */
  readonly stallTimeoutMs?: number;
  /**
   * Whether its processes have a lower priority: for whole books, so that they do not hold up what has to answer soon, such as
   * the thread that calls. An embedder of questions should not. @defaultValue `false`
   */
  readonly background?: boolean;
  /**
   * The context of the process that the embedder belongs to: its supervisor is linked to that process, so it ends
   * with it, and giving up is an exit signal to it. @defaultValue none: it ends with Node
   */
  readonly parent?: ParentContext;
};

/** An embedder over child processes. */
export interface PartitionedEmbedder extends Embedder {
  /** The supervisor of the partitions: where the embedder is a child in a supervision tree, that child's pid. */
  readonly supervisor: Pid<SupervisorProtocol>;
  /** The partitions that are up: their operating system pid, and the jobs they hold. */
  partitions(): readonly PartitionInfo[];
}

/** One partition of a {@link PartitionedEmbedder}. */
export type PartitionInfo = { readonly osPid: number | undefined; readonly jobs: number };

const isContext = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'self' in value && 'trapExit' in value;

const schema = z.strictObject(
  {
    ...modelOptionShape,
    partitions: integer(1, 256).optional(),
    startTimeoutMs: integer(1, 2 ** 31 - 1).optional(),
    stallTimeoutMs: integer(1, 2 ** 31 - 1).optional(),
    background: z.boolean().optional(),
    parent: z.custom<ParentContext>(isContext, { error: 'the context of a process' }).optional(),
  },
  { error: 'an object' },
);

/**
 * Opens a model in child processes, one a core: the calling thread only sends and receives, and a native crash
 * ends one partition, not this process. Resolves when the first partition is ready; the others join as they come.
 *
 * A partition that dies is started anew, up to 3 times in 5 seconds; its requests reject with `partition_died`.
 * Requests take turns, so that a short one does not wait for a long one.
 *
 * @returns The embedder, or why the model can't be used.
 * @throws {OptionError} As a rejection, before anything starts: names option, value and expectation.
 * @example
 * const opened = await openEmbedder();
 * if (!opened.ok) throw new Error(describeEmbeddingFailure(opened.failure));
 * const [vector] = await opened.embedder.embed(['Wheat prices rose in 1930.']);
 * console.log(vector?.length); // => 512
 * await opened.embedder.close();
 */
export const openEmbedder = async (
  options: EmbedderOptions = {},
): Promise<OpenResult<PartitionedEmbedder>> => {
  const checked = checkModelOptions(schema as z.ZodType<EmbedderOptions>, options);
  const {
    partitions = availableParallelism(),
    startTimeoutMs = 60_000,
    stallTimeoutMs = 60_000,
    background = false,
    parent,
  } = checked;
  return openResult(async () => {
    const {
      partitions: _,
      startTimeoutMs: _2,
      stallTimeoutMs: _3,
      background: _4,
      parent: _5,
      ...modelOptions
    } = checked;
    const model = await resolveModel(modelOptions);
    const settings = { model, startTimeoutMs, stallTimeoutMs, background };
    const pool = new Pool();
    const first = firstPartition();
    const events = {
      up: (partition: Partition) => {
        pool.add(partition);
        first.resolve(partition);
      },
      down: (partition: Partition) => pool.remove(partition),
      over: (failure: EmbeddingFailure) => {
        pool.close(failure);
        first.reject(new EmbeddingError(failure));
      },
    };
    const supervised = await supervisePartitions(partitions, settings, events, parent);
    const { signal } = modelOptions;
    const onAbort = (): void => first.reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    const { dimensions } = await first.promise
      .catch(async (error: unknown) => {
        await supervised.stop();
        throw error;
      })
      .finally(() => signal?.removeEventListener('abort', onAbort));
    const { name, fingerprint, windowTokens, overlapTokens } = model;
    const closed: EmbeddingFailure = { kind: 'closed' };

    return {
      dimensions,
      model: { name, fingerprint, dimensions, windowTokens, overlapTokens },
      embed: async (texts, requested = {}) => {
        const vectors = new Array<Float32Array>(texts.length);
        await pool.run(
          texts,
          false,
          (job, reply) => {
            for (const i of job.texts.keys())
              vectors[job.firstText + i] = reply.vectors.slice(i * dimensions, (i + 1) * dimensions);
          },
          requested,
        );
        return vectors;
      },
      embedWindows: async (texts, requested = {}) => {
        const jobs = new Map<number, WindowVector[]>();
        await pool.run(
          texts,
          true,
          (job, reply) =>
            jobs.set(
              job.firstText,
              reply.places.map((place, i) => ({
                ...place,
                textIndex: place.textIndex + job.firstText,
                vector: reply.vectors.slice(i * dimensions, (i + 1) * dimensions),
              })),
            ),
          requested,
        );
        return [...jobs].sort(([a], [b]) => a - b).flatMap(([, windows]) => windows);
      },
      supervisor: supervised.supervisor,
      partitions: () => [...pool.load].map(([{ osPid }, { jobs }]) => ({ osPid, jobs })),
      close: async () => {
        pool.close(closed);
        await supervised.stop();
      },
    };
  });
};

/** A promise and its two ends: the class method for that came after Node 20. */
const firstPartition = () => {
  let resolve: (partition: Partition) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Partition>((...ends) => {
    [resolve, reject] = ends;
  });
  return { promise, resolve, reject };
};
