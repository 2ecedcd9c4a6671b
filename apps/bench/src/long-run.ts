// npm run soak -- --minutes N : a root tree that builds, searches, dies and comes back; and a look at whether it grows.
import { judgedMinutes } from './long-run/judge.js';
import { runLong } from './long-run/run.js';

/** Runs it, prints what came of it, and gives the exit code. */
export const longRun = async (seed: number, minutes: number): Promise<number> => {
  console.log(`seed ${seed}`);
  let toldAt = 0;
  const { heap, data, engine, rss, counts, samples, violations, left } = await runLong({
    seed,
    minutes,
    onSample: ({ seconds, heapMb, dataMb, rssMb, processes, descriptors, osProcesses }) => {
      if (seconds - toldAt < 60) return;
      toldAt = seconds;
      console.log(
        `${Math.round(seconds)} s: heap ${heapMb.toFixed(1)} MB (data ${dataMb.toFixed(2)} MB), RSS ${rssMb.toFixed(0)} MB, ${processes} processes, ${osProcesses} of the machine, ${descriptors} descriptors`,
      );
    },
  });
  for (const [name, { slopeMb, errorMb }] of Object.entries({
    heap,
    'data in the heap': data,
    'code in the heap': engine,
    RSS: rss,
  }))
    console.log(`${name}: ${slopeMb.toFixed(3)} MB a minute, standard error ${errorMb.toFixed(3)}`);
  if (minutes < judgedMinutes)
    console.log(`memory is not judged in runs of less than ${judgedMinutes} minutes; counts are`);
  for (const violation of [...violations, ...left.map((what) => `left behind: ${what}`)])
    console.log(`VIOLATION ${violation}`);
  const { built, killed, restarted, searches } = counts;
  console.log(
    `${built} built, ${searches} searches, ${killed} killed, ${restarted} restarted, ${samples} samples in ${minutes} min, ${violations.length + left.length} violations (seed ${seed})`,
  );
  return violations.length + left.length === 0 ? 0 : 1;
};
