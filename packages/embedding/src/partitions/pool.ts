import { setMaxListeners } from 'node:events';
import type { EmbedOptions } from '../embedder.js';
import { EmbeddingError, type EmbeddingFailure } from '../failure.js';
import { Backlog, type Job, jobsOf } from './backlog.js';
import type { Partition } from './partition.js';
import type { PartitionReply } from './protocol.js';

/** One job computes, one waits in the child: it never idles while a message travels. */
const jobsPerPartition = 2;

type Vectors = Extract<PartitionReply, { type: 'vectors' }>;
type Deliver = (job: Job, reply: Vectors) => void;

type Request = {
  readonly windows: boolean;
  readonly deliver: Deliver;
  readonly cancel: AbortController;
  unfinished: number;
  readonly end: (failure?: EmbeddingFailure) => void;
};

/** Spreads requests over the partitions that are up: each job goes to the least busy. */
export class Pool {
  readonly #up = new Map<Partition, { jobs: number }>();
  readonly #backlog = new Backlog<Request>();
  readonly #requests = new Set<Request>();
  #closed: EmbeddingFailure | undefined;

  /** Jobs under way in each partition. */
  get load(): ReadonlyMap<Partition, { readonly jobs: number }> {
    return this.#up;
  }

  /** A partition is ready for work. */
  add(partition: Partition): void {
    this.#up.set(partition, { jobs: 0 });
    this.#pump();
  }

  /** A partition is gone; its jobs answer for themselves. */
  remove(partition: Partition): void {
    this.#up.delete(partition);
  }

  /** Ends every request with a failure, and every later one at once. */
  close(failure: EmbeddingFailure): void {
    this.#closed ??= failure;
    for (const request of this.#requests) request.end(failure);
  }

  /** Runs texts; `deliver` gets each job's vectors, in any order. Rejects as an embedder does. */
  run(texts: readonly string[], windows: boolean, deliver: Deliver, { signal }: EmbedOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.#closed) return reject(new EmbeddingError(this.#closed));
      const jobs = jobsOf(texts);
      if (jobs.length === 0) return resolve();

      const cancel = new AbortController();
      setMaxListeners(0, cancel.signal); // one a job under way
      const leave = (): void => {
        signal?.removeEventListener('abort', onAbort);
        this.#requests.delete(request);
        this.#backlog.drop(request);
      };
      const onAbort = (): void => {
        leave();
        reject(signal?.reason);
        cancel.abort();
      };
      const request: Request = {
        windows,
        deliver,
        cancel,
        unfinished: jobs.length,
        end: (failure) => {
          leave();
          if (failure === undefined) return resolve();
          reject(new EmbeddingError(failure));
          cancel.abort();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#requests.add(request);
      this.#backlog.add(request, jobs);
      this.#pump();
    });
  }

  #pump(): void {
    for (let partition = this.#leastBusy(); partition !== undefined; partition = this.#leastBusy()) {
      const next = this.#backlog.take();
      if (next === undefined) return;
      void this.#send(partition, next.request, next.job);
    }
  }

  #leastBusy(): Partition | undefined {
    let least: Partition | undefined;
    let leastJobs = jobsPerPartition;
    for (const [partition, { jobs }] of this.#up)
      if (jobs < leastJobs) {
        least = partition;
        leastJobs = jobs;
      }
    return least;
  }

  async #send(partition: Partition, request: Request, job: Job): Promise<void> {
    const load = this.#up.get(partition);
    if (load) load.jobs++;
    const reply = await partition.run(job.texts, request.windows, request.cancel.signal);
    if (load) load.jobs--;
    // Its exit is told a moment later: until then no other request may run into it.
    if (reply.type === 'failed' && reply.failure.kind === 'partition_died') this.#up.delete(partition);
    if (this.#requests.has(request)) {
      if (reply.type === 'vectors') {
        request.deliver(job, reply);
        if (--request.unfinished === 0) request.end();
      } else
        request.end(
          reply.type === 'failed'
            ? reply.failure
            : { kind: 'inference_failed', detail: 'an unexpected answer' },
        );
    }
    this.#pump();
  }
}
