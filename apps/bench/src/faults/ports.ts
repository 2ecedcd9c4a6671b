// Which OS processes and threads of ours live, told by the runtime and by Node as they come and go.
import { createRequire } from 'node:module';
import type { Worker, WorkerOptions } from 'node:worker_threads';
import { subscribe } from '@memvisor/supervisor';

/** An OS process that a port stands for. */
export type LivePort = { readonly osPid: number; readonly command: string };

/** Watches what starts and ends, from its creation on. */
export class PortWatch {
  readonly #ports = new Map<number, LivePort>();
  readonly #workers = new Set<Worker>();
  readonly #waiting = new Set<() => void>();
  /** Set: threads that start get no more memory than this. */
  workerLimitMb: number | undefined;

  constructor() {
    subscribe(
      (event) => {
        if (event.type === 'port_start' && event.osPid !== undefined)
          this.#ports.set(event.osPid, { osPid: event.osPid, command: event.command });
        if (event.type === 'port_exit' && event.osPid !== undefined) this.#ports.delete(event.osPid);
        this.#tell();
      },
      ['port_start', 'port_exit'],
    );
    process.on('worker', (worker) => {
      this.#workers.add(worker);
      worker.once('exit', () => this.#workers.delete(worker));
      this.#tell();
    });
    limitWorkers(() => this.workerLimitMb);
  }

  get workers(): readonly Worker[] {
    return [...this.#workers];
  }

  ports(command: RegExp): readonly LivePort[] {
    return [...this.#ports.values()].filter((port) => command.test(port.command));
  }

  /** Resolves with what `find` finds, now or when something has come or gone; `undefined` when `over` does. */
  async next<Found>(find: () => Found | undefined, over: Promise<unknown>): Promise<Found | undefined> {
    let isOver = false;
    const ended = over.then(
      () => {
        isOver = true;
      },
      () => {
        isOver = true;
      },
    );
    for (;;) {
      const found = find();
      if (found !== undefined || isOver) return found;
      let wake = () => {};
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
        this.#waiting.add(wake);
      });
      await Promise.race([changed, ended]);
      this.#waiting.delete(wake);
    }
  }

  #tell(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** Piscina gives threads of its own no limit; this is how a round makes one run out of memory for real. */
const limitWorkers = (limitMb: () => number | undefined): void => {
  const threads: { Worker: typeof Worker } = createRequire(import.meta.url)('node:worker_threads');
  threads.Worker = class extends threads.Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      const maxOldGenerationSizeMb = limitMb();
      super(
        file,
        maxOldGenerationSizeMb === undefined
          ? options
          : { ...options, resourceLimits: { ...options.resourceLimits, maxOldGenerationSizeMb } },
      );
    }
  };
};
