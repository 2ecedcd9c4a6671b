// npm run fuzz -- --seed N --rounds M : mutated and hostile archives, and what comes of reading them.
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { everyMinute } from './every-minute.js';
import { bounds } from './fuzz/reader.js';
import { runFuzz } from './fuzz/run.js';
import { atLeastOne, pattern, wholeNumber } from './option-values.js';
import { runCommand } from './run-command.js';

interface Options {
  readonly seed?: number;
  readonly rounds: number;
  readonly only?: RegExp;
  readonly jobs: number;
  readonly json?: boolean;
}

const main = async ({
  seed = Math.floor(Math.random() * 2 ** 31),
  rounds,
  only,
  jobs,
  json,
}: Options): Promise<number> => {
  const began = performance.now();
  if (json !== true) console.log(`seed ${seed}`);
  let read = 0;
  let wrong = 0;
  const stop = everyMinute(
    (minutes) => `${read} of ${rounds} mutants after ${minutes} min, ${wrong} violations`,
  );
  const { rows, violations, peakMb } = await runFuzz({
    seed,
    rounds,
    jobs,
    ...(only === undefined ? {} : { only }),
    onMutant: () => {
      read += 1;
    },
    onViolation: ({ mutant, kind, how, what }) => {
      wrong += 1;
      if (json !== true) console.log(`VIOLATION in mutant ${mutant}, ${kind} (${how}): ${what}`);
    },
  }).finally(stop);
  const seconds = (performance.now() - began) / 1000;
  const tally = rows.map(({ outcomes, ...row }) => ({ ...row, outcomes: Object.fromEntries(outcomes) }));
  if (json === true)
    console.log(JSON.stringify({ seed, rounds, seconds, bounds, peakMb, violations, tally }));
  else {
    for (const { kind, mutants, outcomes, slowestMs } of tally) {
      const said = Object.entries(outcomes).map(([outcome, times]) => `${outcome} ${times}`);
      console.log(`${kind.padEnd(16)} ${mutants}, slowest ${Math.round(slowestMs)} ms: ${said.join(', ')}`);
    }
    const mutants = tally.reduce((sum, row) => sum + row.mutants, 0);
    console.log(
      `${mutants} mutants in ${seconds.toFixed(0)} s, at most ${Math.round(peakMb)} MB of ${bounds.peakMb} allowed, every frame and index within ${bounds.frameMs / 1000} s, every video within ${bounds.archiveMs / 1000} s or a violation: ${violations.length} violations (seed ${seed})`,
    );
  }
  return violations.length === 0 ? 0 : 1;
};

const command = new Command('fuzz')
  .description(
    `Has mutated and hostile archives read by the library and the command line: the right texts or a clear failure, within ${bounds.frameMs / 1000} s for a frame or an index, ${bounds.archiveMs / 1000} s for a video, and ${bounds.peakMb} MB. Exits with 1 at a crash, a hang, a wrong text or anything printed raw.`,
  )
  .option('--seed <number>', 'repeats a run; printed by each', wholeNumber)
  .option('--rounds <number>', 'how many mutants', wholeNumber, 1000)
  .addOption(new Option('--only <pattern>', 'only kinds of mutants whose names match').argParser(pattern))
  .option(
    '--jobs <number>',
    'how many are read at once, each by a process of its own; one for each 250 mutants at most',
    atLeastOne,
    availableParallelism(),
  )
  .option('--json', 'print one JSON object on stdout')
  .exitOverride();

await runCommand(() => {
  command.parse();
  return main(command.opts<Options>());
});
