// npm run faults -- --seed N --rounds M : builds that everything strikes, and a look at what is left of them.
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { everyMinute } from './every-minute.js';
import { playAll } from './faults/jobs.js';
import { kinds } from './faults/kinds/index.js';
import type { RoundResult } from './faults/run.js';
import { atLeastOne, pattern, wholeNumber } from './option-values.js';
import { runCommand } from './run-command.js';

interface Options {
  readonly seed?: number;
  readonly rounds: number;
  readonly only?: RegExp;
  readonly jobs: number;
  readonly json?: boolean;
  readonly list?: boolean;
}

/** One row of the tally. */
interface Row {
  readonly kind: string;
  /** Builds that the fault struck. */
  struck: number;
  /** Builds for which it came too late, or whose victim was idle: played, checked, not counted. */
  missed: number;
  completed: number;
  failed: number;
  died: number;
  violations: number;
  /** Of its rounds together. */
  ms: number;
}

const tallyOf = (results: readonly RoundResult[]): readonly Row[] => {
  const rows = new Map<string, Row>();
  for (const { kind, struck, ending, violation, ms } of results) {
    const row = rows.get(kind) ?? {
      kind,
      struck: 0,
      missed: 0,
      completed: 0,
      failed: 0,
      died: 0,
      violations: 0,
      ms: 0,
    };
    rows.set(kind, row);
    row.ms += ms;
    row[struck ? 'struck' : 'missed']++;
    if (struck && (ending === 'completed' || ending === 'failed' || ending === 'died')) row[ending]++;
    if (violation !== undefined) row.violations++;
  }
  return [...rows.values()].sort((one, other) => one.kind.localeCompare(other.kind));
};

const main = async ({
  seed = Math.floor(Math.random() * 2 ** 31),
  rounds,
  only,
  jobs,
  json,
  list,
}: Options): Promise<number> => {
  if (list === true) {
    for (const { name, how, holds } of kinds) console.log(`${name}\n  how: ${how}\n  must hold: ${holds}`);
    return 0;
  }
  const began = performance.now();
  if (json !== true) console.log(`seed ${seed}`);
  const results: RoundResult[] = [];
  const stop = everyMinute((minutes) => {
    const played = results.filter((result) => result.struck).length;
    const wrong = results.filter(({ violation }) => violation !== undefined).length;
    return `${played} of ${rounds} rounds after ${minutes} min, ${wrong} violations`;
  });
  const problems = await playAll({
    seed,
    rounds,
    jobs,
    ...(only === undefined ? {} : { only }),
    onRound: (result) => {
      results.push(result);
      const { round, kind, note, violation } = result;
      if (violation !== undefined && json !== true)
        console.log(`VIOLATION in round ${round}, ${kind} (${note}, seed ${result.seed}): ${violation}`);
    },
  }).finally(stop);
  const tally = tallyOf(results);
  const violations = results.filter(({ violation }) => violation !== undefined);
  const seconds = (performance.now() - began) / 1000;
  const struck = results.filter((result) => result.struck).length;
  if (json === true)
    console.log(JSON.stringify({ seed, rounds, struck, seconds, violations, problems, tally }));
  else {
    for (const { kind, struck: times, missed, completed, failed, died, violations: wrong, ms } of tally)
      console.log(
        `${kind.padEnd(22)} struck ${times}: ${completed} completed, ${failed} failed, ${died} died; missed ${missed}; ${wrong} violations; ${Math.round(ms / (times + missed))} ms each`,
      );
    for (const problem of problems) console.log(`VIOLATION outside of rounds: ${problem}`);
    console.log(
      `${struck} rounds of ${tally.length} kinds in ${seconds.toFixed(0)} s, ${violations.length + problems.length} violations (seed ${seed})`,
    );
  }
  return violations.length + problems.length === 0 && struck === rounds ? 0 : 1;
};

const command = new Command('faults')
  .description(
    'Builds archives while everything goes wrong at random moments, and checks after each that nothing was lost or left behind. Exits with 1 when something was.',
  )
  .option('--seed <number>', 'repeats the draws of a run; printed by each', wholeNumber)
  .option(
    '--rounds <number>',
    'how many builds are struck; those that a fault misses are played again',
    wholeNumber,
    50,
  )
  .addOption(new Option('--only <pattern>', 'only kinds whose names match').argParser(pattern))
  .option(
    '--jobs <number>',
    'how many are played at once, each in a process of its own',
    atLeastOne,
    availableParallelism(),
  )
  .option('--list', 'the kinds: how each is done and what must hold')
  .option('--json', 'print one JSON object on stdout')
  .exitOverride();

await runCommand(() => {
  command.parse();
  return main(command.opts<Options>());
});
