import {
  childSpec,
  createSystem,
  DynamicSupervisor,
  defineGenServer,
  dynamicSupervisor,
  ok,
  type Pid,
  type System,
  silentLogger,
} from '@memvisor/supervisor';
import { breathe, forgetRestarts, percentile, perSecond, warmUpBursts } from '../clock.js';
import type { Run } from '../workload.js';
import { started } from './servers.js';

type Fragile = { cast: { type: 'crash' } };

/** Crashes when told to, and says each time it runs. */
const fragile = defineGenServer<Fragile, undefined, { runs: (pid: Pid<Fragile>) => void }>({
  name: 'fragile',
  init: ({ runs }, ctx) => {
    runs(ctx.self);
    return ok(undefined);
  },
  cast: {
    crash: () => {
      throw new Error('told to crash');
    },
  },
});

/** A supervisor with room for any number of restarts, and `size` children. */
const startFragile = async (size: number) => {
  const system: System = createSystem({ logger: silentLogger });
  const supervisor = started(
    await system.start(dynamicSupervisor({ maxRestarts: 10_000_000, maxSeconds: 1 }), undefined),
  );
  const state = { runs: (_pid: Pid<Fragile>) => {} };
  const pids: Pid<Fragile>[] = [];
  const runs = (pid: Pid<Fragile>) => state.runs(pid);
  for (let i = 0; i < size; i++) {
    const child = await DynamicSupervisor.startChild(supervisor, childSpec(fragile, { runs }), system);
    if (child.ok) pids.push(child.pid as Pid<Fragile>);
  }
  return { system, pids, state };
};

type Fragiles = Awaited<ReturnType<typeof startFragile>>;

/** Crashes these all at once; who runs in their place, and after how many milliseconds. */
const crashAll = async ({ system, state }: Fragiles, pids: readonly Pid<Fragile>[]) => {
  const again: Pid<Fragile>[] = [];
  const began = performance.now();
  let ms = 0;
  await new Promise<void>((resolve) => {
    state.runs = (pid) => {
      again.push(pid);
      if (again.length < pids.length) return;
      ms = performance.now() - began;
      resolve();
    };
    for (const pid of pids) system.cast(pid, { type: 'crash' });
  });
  return { again, ms };
};

/**
 * The median of three bursts, after twenty that are not measured. Before each the restarts before it have fallen out
 * of the budget's period: the BEAM's supervisors go through the list of them at each restart.
 */
export const crashBurst: Run = async (size) => {
  const fragiles = await startFragile(size);
  let chosen = fragiles.pids.filter((_pid, at) => at % 100 === 0);
  const times: number[] = [];
  for (let burst = 0; burst < warmUpBursts + 3; burst++) {
    if (burst >= warmUpBursts) await forgetRestarts();
    const { again, ms } = await crashAll(fragiles, chosen);
    if (burst >= warmUpBursts) times.push(ms);
    chosen = again;
  }
  fragiles.system.close();
  return { rate: perSecond(chosen.length, percentile(times, 0.5)) };
};

/** The first ten times `size` crashes are not measured. */
export const crashLatency: Run = async (size) => {
  const { system, pids, state } = await startFragile(1000);
  const samples: number[] = [];
  for (let i = -10 * size; i < size; i++) {
    if (i === 0) await forgetRestarts();
    const at = (i + 10 * size) % 1000;
    let began = 0;
    const again = new Promise<Pid<Fragile>>((resolve) => {
      state.runs = (pid) => {
        if (i >= 0) samples.push((performance.now() - began) * 1000);
        resolve(pid);
      };
    });
    began = performance.now();
    system.cast(pids[at] as Pid<Fragile>, { type: 'crash' });
    pids[at] = await again;
    // The next crash finds everything at rest, as one in the field does.
    await breathe();
  }
  system.close();
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
};
