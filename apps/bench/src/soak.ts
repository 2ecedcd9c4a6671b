// npm run soak -- --seed N --operations M : random programs on the runtime, compared with a model step by step.
import { Command } from 'commander';
import { positive, wholeNumber } from './option-values.js';
import { runCommand } from './run-command.js';
import { type SoakResult, soak } from './soak/run.js';

interface Options {
  readonly seed?: number;
  readonly operations: number;
  readonly minutes?: number;
  readonly processes: number;
}

const report = ({ tally, programs, failure }: SoakResult, seconds: number): void => {
  const { operations, comparisons, started, restarts, givenUp, fewest, most, byName } = tally;
  for (const [name, count] of [...byName].sort(([, a], [, b]) => b - a))
    console.log(`${String(count).padStart(8)} ${name}`);
  console.log(
    `${operations} operations in ${programs} programs, ${fewest} to ${most} processes at a time, ` +
      `${started} started, ${restarts} restarts, ${givenUp} supervisors gave up, ` +
      `${comparisons} full comparisons, ${seconds.toFixed(1)} s`,
  );
  if (failure === undefined) {
    console.log('no violation');
    return;
  }
  console.log(`VIOLATION ${failure.message}`);
  console.log(`the smallest program found, on the tree of shape ${failure.shape}:`);
  for (const line of failure.program) console.log(`  ${line}`);
};

const main = async ({
  seed = Math.floor(Math.random() * 2 ** 31),
  operations,
  minutes,
  processes,
}: Options): Promise<number> => {
  console.log(`seed ${seed}`);
  const began = performance.now();
  const result = await soak({
    seed,
    processes,
    operations: minutes === undefined ? operations : Number.POSITIVE_INFINITY,
    ...(minutes === undefined ? {} : { timeLimitMs: minutes * 60_000 }),
  });
  report(result, (performance.now() - began) / 1000);
  return result.failure === undefined ? 0 : 1;
};

const command = new Command('soak')
  .description(
    'Runs random programs on trees of processes and compares the runtime with a model, step by step.',
  )
  .option('--seed <number>', 'repeats a run; printed by each', wholeNumber)
  .option('--operations <number>', 'how many operations, at least', wholeNumber, 100_000)
  .option('--minutes <number>', 'for how long, in place of a number of operations', positive)
  .option('--processes <number>', 'processes that a tree begins with, at least', wholeNumber, 1000)
  .exitOverride();

await runCommand(() => {
  command.parse();
  return main(command.opts<Options>());
});
