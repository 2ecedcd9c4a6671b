import {
  type AnyPid,
  childSpec,
  DynamicSupervisor,
  type DynamicSupervisorRef,
  start,
  startDynamicSupervisor,
} from '@memvisor/supervisor';
import { heapBytes, inTurn, perSecond, timed } from '../clock.js';
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

export const bigParent: Run = async (size) => {
  const calls: Record<string, () => Promise<unknown>> = {};
  let largest = 0;
  for (const children of [10, 1000, 100_000, 1_000_000]) {
    if (children > size) break;
    const supervisor = started(await startDynamicSupervisor());
    await startChildren(supervisor, children);
    calls[`call_${children}`] = () => DynamicSupervisor.countChildren(supervisor);
    largest = children;
  }
  const costs = await inTurn(calls, 2000);
  const growth = (costs[`call_${largest}`] as number) / (costs.call_10 as number);
  // Of all of them: a tenth more children than the largest has.
  return { ...costs, growth, heap: heapBytes() / 1e9 };
};

export const stopTree: Run = async (size) => {
  const supervisor = started(await startDynamicSupervisor());
  await startChildren(supervisor, size);
  const ms = await timed(() => DynamicSupervisor.stop(supervisor));
  return { stop: ms, per_child: (ms / size) * 1000 };
};
