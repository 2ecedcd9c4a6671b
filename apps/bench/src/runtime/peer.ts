import { startNodeChild } from '@memvisor/supervisor';
import { BenchError } from '../benchmark.js';
import type { RunRequest } from './node-child.js';
import type { Metrics, SystemName } from './workload.js';

/** A system that workloads can be run on. */
export interface Peer {
  readonly system: SystemName;
  /** What runs, with versions. */
  readonly version: string;
  /** Runs a workload once, after a run of size `warmUp`. @throws {BenchError} When it fails or takes longer than `timeoutMs`. */
  run(workload: string, size: number, warmUp: number, timeoutMs: number): Promise<Metrics>;
  close(): Promise<void>;
}

/** Every run in a Node process of its own: nothing that a run before has compiled or left behind counts. */
export const nodePeer = (system: RunRequest['system'], version: string): Peer => ({
  system,
  version,
  run: async (workload, size, warmUp, timeoutMs) => {
    const child = startNodeChild<RunRequest, Metrics>(new URL('./node-child.js', import.meta.url), {
      execArgv: ['--expose-gc', '--max-old-space-size=4096'],
    });
    try {
      return await child.request({ system, workload, size, warmUp }, { timeoutMs });
    } catch (error) {
      throw new BenchError(`${workload} on ${system}: ${(error as Error).message}`);
    } finally {
      await child.stop();
    }
  },
  close: async () => {},
});
