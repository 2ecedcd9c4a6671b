import { letThreadsLoad, terminableThreadFlags } from '@memvisor/supervisor';
import type { Piscina } from 'piscina';
import { errorCode } from '../error-code.js';
import type { DocumentResult } from '../failure.js';
import type { ReadJob, ReadText } from './read-binary.js';

/** How threads are used. */
export type ThreadLimits = {
  readonly threads: number;
  readonly timeoutMs: number;
  readonly maxHeapMb: number;
};

/** Threads that read documents, one each at a time. They start when there is work. */
export class ReaderThreads {
  private pool: Promise<Piscina<ReadJob, DocumentResult<ReadText>>> | undefined;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limits: ThreadLimits) {}

  /** Reads a document; a thread that takes too long, or too much memory, is ended and replaced. */
  async read(job: ReadJob): Promise<DocumentResult<ReadText>> {
    const { threads, timeoutMs } = this.limits;
    // Waited for here and not in the pool: a file's time begins when a thread takes it.
    if (this.running >= threads) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
    try {
      this.pool ??= this.start();
      const pool = await this.pool;
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        return await pool.run(job, { signal });
      } catch (error) {
        if (signal.aborted) return { ok: false, failure: { kind: 'timed_out', timeoutMs } };
        if (isOutOfMemory(error)) return { ok: false, failure: { kind: 'out_of_memory' } };
        throw error;
      }
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  /** Ends the threads; what they were doing rejects. */
  async stop(): Promise<void> {
    await (await this.pool)?.destroy();
  }

  /** Loaded at first use: whoever reads nothing but text does without. */
  private async start(): Promise<Piscina<ReadJob, DocumentResult<ReadText>>> {
    const { threads, maxHeapMb } = this.limits;
    const { Piscina } = await import('piscina');
    const pool = new Piscina<ReadJob, DocumentResult<ReadText>>({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 1000,
      concurrentTasksPerWorker: 1,
      // Flags of the main program, such as --input-type, are not for a worker's file.
      execArgv: [...terminableThreadFlags],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    letThreadsLoad(pool);
    // A thread that dies is told by the document that it was reading.
    pool.on('error', () => {});
    return pool;
  }
}

const isOutOfMemory = (error: unknown): boolean => errorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY';
