// Which OS processes and threads of ours live, told by the runtime and by Node as they come and go.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Worker, WorkerOptions } from 'node:worker_threads';
import { subscribe } from '@memvisor/supervisor';

/** An OS process that a port stands for. */
export type LivePort = { readonly osPid: number; readonly command: string };

/** Watches what starts and ends, from its creation on. */
export class PortWatch {
  readonly #ports = new Map<number, LivePort>();
  readonly #workers = new Set<Worker>();
  readonly #waiting = new Set<() => void>();
  /** Set: threads that start run out of memory of so many MB when they are to give their n-th answer. */
  hoarding: { readonly limitMb: number; readonly answers: number } | undefined;

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
    letHoard(() => this.hoarding);
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

const hoardProgram = fileURLToPath(new URL('./hoard.cjs', import.meta.url));

/** How a round makes threads of a pool, which start by themselves, run out of memory for real and at their work. */
const letHoard = (hoarding: () => PortWatch['hoarding']): void => {
  const threads: { Worker: typeof Worker } = createRequire(import.meta.url)('node:worker_threads');
  threads.Worker = class extends threads.Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      const wanted = hoarding();
      super(
        file,
        wanted === undefined
          ? options
          : {
              ...options,
              execArgv: [...(options.execArgv ?? []), '--require', hoardProgram],
              env: { ...process.env, MEMVISOR_HOARD_AFTER: String(wanted.answers) },
              resourceLimits: { ...options.resourceLimits, maxOldGenerationSizeMb: wanted.limitMb },
            },
      );
    }
  };
};
