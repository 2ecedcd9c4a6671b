import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { defaultSystem } from '@memvisor/supervisor';
import { markedProcesses, openDescriptors } from '../faults/machine.js';

/** What there is of everything at one moment when nothing is under way. */
export type Sample = {
  readonly seconds: number;
  readonly heapMb: number;
  readonly rssMb: number;
  /** Processes of the runtime. */
  readonly processes: number;
  /** Processes of the machine that belong to the run. */
  readonly osProcesses: number;
  /** What keeps Node's loop busy. */
  readonly handles: number;
  readonly descriptors: number;
  /** Threads of Node, those of its own pools included. */
  readonly threads: number;
  readonly registryEntries: number;
  /** Files in the run's folder and its temporary one. */
  readonly files: number;
};

const threads = (): number => {
  try {
    return Number(/^Threads:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/** Takes a sample, after a collection of garbage. */
export const takeSample = async (
  beganAt: number,
  { folder, mark, entries }: { readonly folder: string; readonly mark: string; readonly entries: number },
): Promise<Sample> => {
  // What has just ended is let go by the loop's next turns.
  await settle(mark);
  globalThis.gc?.();
  await setTimeout(10);
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    seconds: (performance.now() - beganAt) / 1000,
    heapMb: heapUsed / 2 ** 20,
    rssMb: rss / 2 ** 20,
    processes: defaultSystem.processCount,
    osProcesses: markedProcesses(mark).length,
    handles: process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length,
    descriptors: openDescriptors().length,
    threads: threads(),
    registryEntries: entries,
    files: readdirSync(folder, { recursive: true }).length,
  };
};

/** Waits until the OS processes of what was just stopped are gone, 5 s at most. */
const settle = async (mark: string): Promise<void> => {
  let before = -1;
  for (let waited = 0; waited < 5000; waited += 50) {
    const now = markedProcesses(mark).length;
    if (now === 0 || (now === before && waited >= 1500)) return;
    before = now;
    await setTimeout(50);
  }
};
