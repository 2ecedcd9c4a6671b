import { setTimeout } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { PartitionedEmbedder } from '@memvisor/embedding';
import { subscribe } from '@memvisor/supervisor';
import type { Fault } from '../fault.js';
import type { Round } from '../round.js';
import { mustHold } from '../violation.js';

/** The one of the threads that has worked most of the time, where any has. */
const workingOf = (workers: readonly Worker[]): Worker | undefined => {
  const [busiest] = [...workers].sort(
    (one, other) =>
      other.performance.eventLoopUtilization().active - one.performance.eventLoopUtilization().active,
  );
  return busiest;
};

/** A moment in which one of the model's processes has something to compute, and a little later. */
const workingPartition = async (round: Round, embedder: PartitionedEmbedder): Promise<number | undefined> => {
  let isOver = false;
  void round.over.then(() => {
    isOver = true;
  });
  const delayMs = round.chance.below(150);
  const working = () => embedder.partitions().filter(({ jobs, osPid }) => jobs > 0 && osPid !== undefined);
  while (working().length === 0 && !isOver) await setTimeout(2);
  await setTimeout(delayMs);
  const found = working();
  return found[round.chance.below(found.length || 1)]?.osPid;
};

export const workerFaults: readonly Fault[] = [
  {
    name: 'worker_killed',
    how: 'a thread that compresses or draws is terminated',
    holds: 'an expected failure that says that a thread died',
    endings: ['failed', 'completed'],
    failures: /^codec\.worker_died$/,
    stages: ['chunk', 'encode', 'verify'],
    strike: async (round) => {
      const { watch } = round.means;
      let isOver = false;
      void round.over.then(() => {
        isOver = true;
      });
      // An idle thread is replaced, and nobody notices: one after the other until the build has.
      while (!isOver) {
        const worker = await watch.next(() => workingOf(watch.workers), round.over);
        if (worker === undefined) return;
        round.struck = true;
        await worker.terminate();
      }
    },
  },
  {
    name: 'worker_out_of_memory',
    how: 'threads that compress or draw take memory without end instead of giving an answer',
    holds: 'an expected failure that says that a thread died; Node itself lives',
    endings: ['failed', 'completed'],
    failures: /^codec\.worker_died$/,
    prepare: (round) => {
      // The first message of a thread says that it is ready.
      const answers = 1 + round.chance.below(5);
      const limitMb = 24 + round.chance.below(40);
      round.means.watch.hoarding = { limitMb, answers };
      round.note = `after ${answers} answers, ${limitMb} MB`;
    },
    restore: (round) => {
      round.means.watch.hoarding = undefined;
    },
  },
  {
    name: 'index_process_killed',
    how: 'SIGKILL to the process that computes the index',
    holds: 'an expected failure that says so; the encoder lives',
    endings: ['failed', 'completed'],
    failures: /^index_process_died$/,
    strike: async (round) => {
      const { watch } = round.means;
      const child = await watch.next(() => watch.ports(/writer-child/)[0], round.over);
      if (child === undefined) return;
      round.struck = true;
      process.kill(child.osPid, 'SIGKILL');
    },
  },
  {
    name: 'partition_killed',
    how: 'SIGKILL, or the SIGABRT of a V8 out of memory, to one of two processes that hold the embedding model while it works',
    holds: 'a failure of the embedding; its supervisor starts it again and says why',
    endings: ['failed', 'completed'],
    failures: /^embedding\.(partition_died|partitions_gave_up)$/,
    partitions: true,
    ownMoment: true,
    strike: async (round) => {
      const embedder = await round.means.partitions();
      const signal = round.chance.oneOf(['SIGKILL', 'SIGABRT'] as const);
      const victim = await workingPartition(round, embedder);
      if (victim === undefined) return;
      round.note = signal;
      let told = false;
      const heard = new Promise<void>((resolve) => {
        const unsubscribe = subscribe(
          (event) => {
            if (event.type !== 'restart' || event.supervisor !== embedder.supervisor) return;
            told = JSON.stringify(event.reason).includes(signal);
            unsubscribe();
            resolve();
          },
          ['restart'],
        );
      });
      round.struck = true;
      process.kill(victim, signal);
      await heard;
      mustHold(told, `the partition was restarted for another reason than ${signal}`);
    },
  },
];
