// What the heap is made of. Its size alone can't tell a leak from V8's learning: every function that has been called
// often enough is compiled once more, and that goes on for many minutes.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { writeHeapSnapshot } from 'node:v8';
import { describeOsExit, startOsProcess } from '@memvisor/supervisor';

/** What is reachable at one moment. */
export type HeapContent = {
  /** Values of the program: objects, closures, strings, buffers. */
  readonly dataBytes: number;
  /** Code, what V8 has learnt for it, and shapes of objects. */
  readonly engineBytes: number;
  /** How many values there are of each of the most frequent kinds and constructors. Few, as it is kept in the heap. */
  readonly counts: Readonly<Record<string, number>>;
};

const reader = fileURLToPath(new URL('./content-child.js', import.meta.url));

/** Looks at the heap of this process, after a collection of garbage. Needs some room in `folder` for a moment. */
export const heapContent = async (folder: string): Promise<HeapContent> => {
  const path = join(folder, 'heap.heapsnapshot');
  try {
    writeHeapSnapshot(path);
    const child = startOsProcess({ program: process.execPath, args: [reader, path] }, { stdin: 'ignore' });
    const [printed, exit] = await Promise.all([text(child.stdout), child.exited]);
    if (exit.kind !== 'exited' || exit.exitCode !== 0)
      throw new Error(`the reader of heap snapshots ${describeOsExit(exit)}`);
    return JSON.parse(printed);
  } finally {
    rmSync(path, { force: true });
  }
};

/** What there is more of, the most first, in words. */
export const describeGrowth = (before: HeapContent, after: HeapContent): string =>
  Object.entries(after.counts)
    .map(([what, count]) => [what, count - (before.counts[what] ?? 0)] as const)
    .filter(([, more]) => more > 0)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 6)
    .map(([what, more]) => `${what} +${more}`)
    .join(', ');
