import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a tree of processes had at one moment. */
export interface Sample {
  /** Seconds since the start. */
  readonly at: number;
  /** Resident memory of the first process. */
  readonly mainMb: number;
  /** The same of it and all below it, pages that they share counted in each. */
  readonly treeMb: number;
}

/** The most of everything while a program ran. */
export interface Resources {
  readonly peakMainMb: number;
  readonly peakTreeMb: number;
  /** The largest single file in the folder while it ran, and all of them together, in MB. */
  readonly largestFileMb: number;
  readonly filesMb: number;
  readonly samples: readonly Sample[];
}

/** Milliseconds between two looks. */
const intervalMs = 250;

/** Looks at a process, those below it and a folder until it is told to stop. Linux only: elsewhere there is no /proc. */
export const watchResources = (pid: number, folder: string): (() => Resources) => {
  const begun = performance.now();
  const samples: Sample[] = [];
  let largest = 0;
  let most = 0;
  const look = () => {
    const main = residentMb(pid);
    const all = treeOf(pid).reduce((sum, one) => sum + residentMb(one), 0);
    if (main > 0) samples.push({ at: (performance.now() - begun) / 1000, mainMb: main, treeMb: all });
    const sizes = fileSizes(folder);
    largest = Math.max(largest, ...sizes);
    most = Math.max(
      most,
      sizes.reduce((sum, size) => sum + size, 0),
    );
  };
  const timer = setInterval(look, intervalMs);
  return () => {
    clearInterval(timer);
    return {
      peakMainMb: Math.max(0, ...samples.map(({ mainMb }) => mainMb)),
      peakTreeMb: Math.max(0, ...samples.map(({ treeMb }) => treeMb)),
      largestFileMb: largest / 1e6,
      filesMb: most / 1e6,
      samples,
    };
  };
};

const residentMb = (pid: number): number => {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (Number(kilobytes ?? 0) * 1024) / 1e6;
  } catch {
    return 0; // it has ended
  }
};

const treeOf = (pid: number): number[] => {
  try {
    const below = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
    return [pid, ...below.flatMap(treeOf)];
  } catch {
    return [];
  }
};

/** Files below a folder; those that go meanwhile do not count. */
const fileSizes = (folder: string): number[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return fileSizes(path);
      try {
        return [statSync(path).size];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
};
