// Whether a round has left anything behind, in this process or on the machine.
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { defaultSystem } from '@memvisor/supervisor';
import { markedProcesses, openDescriptors } from './machine.js';
import type { Means } from './means.js';
import { Violation } from './violation.js';

/** What there is between two rounds. */
export type Baseline = {
  readonly processes: number;
  readonly resources: ReadonlyMap<string, number>;
  readonly descriptors: ReadonlyMap<string, number>;
};

const counted = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

export const takeBaseline = (): Baseline => ({
  processes: defaultSystem.processCount,
  resources: counted(process.getActiveResourcesInfo()),
  descriptors: counted(openDescriptors()),
});

/** Longest wait for what ends by itself, such as an ffmpeg whose input has ended. */
const patienceMs = 8000;
/** These come and go with any work. */
const passing = new Set(['Immediate', 'TickObject', 'CloseReq', 'FSReqPromise', 'PipeWrap']);

/** @throws {Violation} when something stays that was not there before */
export const checkLeftovers = async (means: Means, temporary: string, before: Baseline): Promise<void> => {
  let left = leftovers(means, temporary, before);
  for (let waited = 0; left.length > 0 && waited < patienceMs; waited += 20) {
    await setTimeout(20);
    left = leftovers(means, temporary, before);
  }
  if (left.length > 0) throw new Violation(`left behind: ${left.join('; ')}`);
};

const leftovers = (means: Means, temporary: string, before: Baseline): readonly string[] => {
  const left: string[] = [];
  const partitions = new Set(means.partitionPids);
  if (means.hasPartitions && partitions.size < 2) left.push(`${partitions.size} of 2 partitions are back`);
  for (const { pid, command } of markedProcesses(means.mark))
    if (!partitions.has(pid)) left.push(`process ${pid} ${command.slice(0, 200)}`);
  for (const { threadId } of means.watch.workers) left.push(`worker thread ${threadId}`);
  const processes = defaultSystem.processCount;
  if (processes > before.processes) left.push(`${processes - before.processes} processes of the runtime`);
  for (const [name, count] of more(counted(process.getActiveResourcesInfo()), before.resources))
    if (!passing.has(name)) left.push(`${count} ${name}`);
  for (const [name, count] of more(counted(openDescriptors()), before.descriptors))
    left.push(`${count} open ${name}`);
  for (const name of readdirSync(temporary)) left.push(`temporary file ${name}`);
  return left;
};

const more = (now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): [string, number][] =>
  [...now].flatMap(([name, count]): [string, number][] => {
    const excess = count - (before.get(name) ?? 0);
    return excess > 0 ? [[name, excess]] : [];
  });
