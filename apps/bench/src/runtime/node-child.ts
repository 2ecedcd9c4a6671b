// Runs one workload of one system in a Node process of its own: answers its parent's requests or, started by
// hand (for a profile), prints what it measured: node --expose-gc --cpu-prof node-child.js memvisor cast 1000000
import { serveParent } from '@memvisor/supervisor';
import type { Metrics, Runs } from './workload.js';

/** What to run. */
export interface RunRequest {
  readonly system: 'memvisor' | 'nact' | 'xstate';
  readonly workload: string;
  readonly size: number;
  /** The size of a run before it, so that compiling is not measured; 0 where the workload sees to that itself. */
  readonly warmUp: number;
}

// Only what is measured is loaded.
const load: Readonly<Record<RunRequest['system'], () => Promise<{ runs: Runs }>>> = {
  memvisor: () => import('./memvisor/index.js'),
  nact: () => import('./nact.js'),
  xstate: () => import('./xstate.js'),
};

const gc = (): void => (globalThis as { gc?: () => void }).gc?.();

const runOnce = async ({ system, workload, size, warmUp }: RunRequest): Promise<Metrics> => {
  const { runs } = await load[system]();
  const run = runs[workload];
  if (run === undefined) throw new Error(`${system} has no workload ${workload}`);
  if (warmUp > 0) await run(warmUp);
  gc();
  return run(size);
};

const [system, workload, size, warmUp = size] = process.argv.slice(2);
if (workload === undefined) serveParent(runOnce);
else {
  const request = {
    system: system as RunRequest['system'],
    workload,
    size: Number(size),
    warmUp: Number(warmUp),
  };
  console.log(JSON.stringify(await runOnce(request)));
}
