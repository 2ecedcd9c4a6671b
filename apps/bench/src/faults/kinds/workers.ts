import { subscribe } from '@memvisor/supervisor';
import type { Fault } from '../fault.js';
import { mustHold } from '../violation.js';

export const workerFaults: readonly Fault[] = [
  {
    name: 'worker_killed',
    how: 'a thread that compresses or draws is terminated',
    holds: 'an expected failure that says that a thread died, or nothing where it was idle',
    endings: ['failed', 'completed'],
    failures: /^codec\.worker_died$/,
    stages: ['chunk', 'encode', 'verify'],
    strike: async (round) => {
      const { watch } = round.means;
      // One may be idle just then: up to three, one after the other.
      for (let times = 0; times < 3; times++) {
        const worker = await watch.next(
          () => watch.workers[round.chance.below(watch.workers.length)],
          round.over,
        );
        if (worker === undefined) return;
        round.struck = true;
        await worker.terminate();
      }
    },
  },
  {
    name: 'worker_out_of_memory',
    how: 'threads get so little memory that they run out of it',
    holds: 'an expected failure that says that a thread died; Node itself lives',
    endings: ['failed', 'completed'],
    failures: /^codec\.worker_died$/,
    prepare: (round) => {
      round.means.watch.workerLimitMb = 4 + round.chance.below(4);
      round.note = `${round.means.watch.workerLimitMb} MB`;
    },
    restore: (round) => {
      round.struck = round.ending === 'failed';
      round.means.watch.workerLimitMb = undefined;
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
    how: 'SIGKILL to one of the two processes that hold the embedding model',
    holds: 'a failure of the embedding where it was at work; its supervisor starts it again and says why',
    endings: ['failed', 'completed'],
    failures: /^embedding\.(partition_died|partitions_gave_up)$/,
    partitions: true,
    stages: ['chunk', 'embed', 'encode'],
    strike: async (round) => {
      const embedder = await round.means.partitions();
      const pids = round.means.partitionPids;
      const victim = pids[round.chance.below(pids.length)];
      if (victim === undefined) return;
      let told = false;
      const heard = new Promise<void>((resolve) => {
        const unsubscribe = subscribe(
          (event) => {
            if (event.type !== 'restart' || event.supervisor !== embedder.supervisor) return;
            told = /SIGKILL/.test(JSON.stringify(event.reason));
            unsubscribe();
            resolve();
          },
          ['restart'],
        );
      });
      round.struck = true;
      process.kill(victim, 'SIGKILL');
      await heard;
      mustHold(told, 'the partition was restarted for another reason than SIGKILL');
    },
  },
];
