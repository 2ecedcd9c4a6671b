import {
  type AnyPid,
  childSpec,
  DynamicSupervisor,
  type DynamicSupervisorRef,
  start,
  startDynamicSupervisor,
} from '@memvisor/supervisor';
import { heapBytes, percentile, perSecond, timed } from '../clock.js';
import type { Run } from '../workload.js';
import { counter, started } from './servers.js';

export const spawn: Run = async (size) => {
  const before = heapBytes();
  const ms = await timed(async () => {
    for (let i = 0; i < size; i++) await start(counter, i);
  });
  return { rate: perSecond(size, ms), bytes: (heapBytes() - before) / size };
};

const startChildren = async (supervisor: DynamicSupervisorRef, count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await DynamicSupervisor.startChild(supervisor, childSpec(counter, i));
};

export const startChild: Run = async (size) => {
  const supervisor = started(await startDynamicSupervisor());
  const before = heapBytes();
  const ms = await timed(() => startChildren(supervisor, size));
  return { rate: perSecond(size, ms), bytes: (heapBytes() - before) / size };
};

export const terminateChild: Run = async (size) => {
  const supervisor = started(await startDynamicSupervisor());
  const pids: AnyPid[] = [];
  for (let i = 0; i < size; i++) {
    const child = await DynamicSupervisor.startChild(supervisor, childSpec(counter, i));
    if (child.ok) pids.push(child.pid);
  }
  const ms = await timed(async () => {
    for (let i = 0; i < size; i += 10) await DynamicSupervisor.terminateChild(supervisor, pids[i] as AnyPid);
  });
  return { terminate: (ms / (size / 10)) * 1000 };
};

/** Microseconds a call takes: the median of ten batches, so that one pause of the collector does not tell. */
const callCost = async (supervisor: DynamicSupervisorRef): Promise<number> => {
  const batches: number[] = [];
  for (let batch = 0; batch < 10; batch++) {
    const ms = await timed(async () => {
      for (let i = 0; i < 2000; i++) await DynamicSupervisor.countChildren(supervisor);
    });
    batches.push((ms / 2000) * 1000);
  }
  return percentile(batches, 0.5);
};

export const bigParent: Run = async (size) => {
  const supervisor = started(await startDynamicSupervisor());
  const metrics: Record<string, number> = {};
  let cost = 0;
  let children = 0;
  for (const wanted of [10, 1000, 100_000, 1_000_000]) {
    if (wanted > size) break;
    await startChildren(supervisor, wanted - children);
    children = wanted;
    cost = await callCost(supervisor);
    metrics[`call_${wanted}`] = cost;
  }
  return { ...metrics, growth: cost / (metrics.call_10 ?? cost), heap: heapBytes() / 1e9 };
};

export const stopTree: Run = async (size) => {
  const supervisor = started(await startDynamicSupervisor());
  await startChildren(supervisor, size);
  const ms = await timed(() => DynamicSupervisor.stop(supervisor));
  return { stop: ms, per_child: (ms / size) * 1000 };
};
