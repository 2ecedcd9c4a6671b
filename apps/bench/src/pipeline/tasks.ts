import { fileURLToPath } from 'node:url';
import type { BuildStats } from '@memvisor/encoder';
import { describeOsExit, startOsProcess } from '@memvisor/supervisor';
import { BenchError } from '../benchmark.js';
import { inTemporaryFolder } from '../temporary-folder.js';
import { type Resources, watchResources } from './resources.js';

/** What a child is to build. */
export interface BuildTask {
  readonly folder: string;
  readonly codec: 'h264' | 'lossless';
  /** Bytes of text for each encoder. */
  readonly bytes: number;
  /** Encoders at once; 0 embeds the text and builds nothing. */
  readonly encoders: number;
  readonly embedder: 'hash' | 'default';
  /** Whether the main thread is watched, which takes some of it. */
  readonly watches: boolean;
}

/** Milliseconds. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What a child printed. */
export interface ChildResult {
  readonly builds: readonly BuildStats[];
  readonly seconds: number;
  /** What timers waited beyond their time, while it built. */
  readonly delay: Delays | undefined;
  /** What calls to another process took meanwhile. */
  readonly calls: Delays | undefined;
}

const program = fileURLToPath(new URL('./build-child.js', import.meta.url));

/** Carries out a task in a program of its own, so that nothing but the task is measured. */
export const runTask = (
  task: Omit<BuildTask, 'folder'>,
): Promise<{ readonly result: ChildResult; readonly resources: Resources }> =>
  inTemporaryFolder('bench', async (folder) => {
    const child = startOsProcess(
      { program: process.execPath, args: [program, JSON.stringify({ ...task, folder })] },
      { stdin: 'ignore', stdout: 'pipe' },
    );
    const stop = watchResources(child.osPid ?? 0, folder);
    const parts: Uint8Array[] = [];
    for await (const part of child.stdout) parts.push(part);
    const exit = await child.exited;
    const resources = stop();
    if (exit.kind !== 'exited' || exit.exitCode !== 0)
      throw new BenchError(`a build: ${describeOsExit(exit)}`);
    const stdout = Buffer.concat(parts).toString('utf8');
    return { result: JSON.parse(stdout) as ChildResult, resources };
  });
