// npm run conformance:live -- --seed N --cases M : fresh programs, on our runtime and on real OTP.
import { Command, CommanderError } from 'commander';
import fc from 'fast-check';
import { describeDifference } from './conformance/compare.js';
import { runProgram } from './conformance/run-program.js';
import type { LiveProgram } from './live/arbitraries.js';
import { compareLive, type LiveDifference } from './live/compare-live.js';
import { machinePrograms } from './live/machine-programs.js';
import { processPrograms } from './live/process-programs.js';
import { hasElixir } from './live/recorder.js';
import { registryPrograms } from './live/registry-programs.js';
import { serverPrograms } from './live/server-programs.js';
import { shrunk } from './live/shrink-live.js';
import { dynamicSupervisorPrograms, supervisorPrograms } from './live/supervisor-programs.js';
import { wholeNumber } from './option-values.js';

interface Options {
  readonly seed?: number;
  readonly cases: number;
  readonly suite?: keyof typeof suites;
  readonly oursOnly?: boolean;
  readonly shrink: boolean;
  readonly shrinkSeconds: number;
}

const suites = {
  process: processPrograms,
  genserver: serverPrograms,
  statem: machinePrograms,
  supervisor: supervisorPrograms,
  dynamic_supervisor: dynamicSupervisorPrograms,
  registry: registryPrograms,
};

/** Programs that one Elixir start records: many enough that its start does not count. */
const batch = 100;
/** Differences that are shrunk; more of them are most likely the same again. */
const mostShrunk = 5;

const oursOnly = async (programs: readonly LiveProgram[]): Promise<number> => {
  for (const { program } of programs) await runProgram(program);
  console.log(`${programs.length} programs ran on our runtime; nothing was compared`);
  return 0;
};

const show = ({ suite, program, differences }: LiveDifference): void => {
  console.log(`DIFFERS ${suite} ${JSON.stringify(program)}`);
  for (const difference of differences.slice(0, 3)) console.log(describeDifference(difference));
};

const showShrunk = async (found: LiveDifference, seconds: number): Promise<void> => {
  const onSmaller = (length: number) => console.error(`shrinking: ${length} characters`);
  const smallest = await shrunk(found, { seconds, onSmaller });
  show(smallest.found);
  if (!smallest.finished)
    console.log(`the smallest after ${seconds} s; --shrink-seconds gives it more time to get smaller`);
};

const compareAll = async (
  programs: readonly LiveProgram[],
  { shrink, shrinkSeconds }: Options,
): Promise<number> => {
  let same = 0;
  let unrepeated = 0;
  let raced = 0;
  const found: LiveDifference[] = [];
  for (let start = 0; start < programs.length; start += batch) {
    const outcome = await compareLive(programs.slice(start, start + batch));
    same += outcome.same;
    unrepeated += outcome.unrepeated;
    raced += outcome.raced;
    found.push(...outcome.differing);
    console.error(
      `${Math.min(start + batch, programs.length)} of ${programs.length}, ${found.length} differ`,
    );
  }
  for (const [i, one] of found.entries())
    if (shrink && i < mostShrunk) await showShrunk(one, shrinkSeconds);
    else show(one);
  const races = `${unrepeated + raced} depend on a race in OTP (${raced} of these agree at another pace)`;
  console.log(`${same} agree, ${found.length} differ, ${races}`);
  return found.length === 0 ? 0 : 1;
};

const main = async (options: Options): Promise<number> => {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  const arbitrary = options.suite === undefined ? fc.oneof(...Object.values(suites)) : suites[options.suite];
  const programs = fc.sample(arbitrary, { seed, numRuns: options.cases });
  if (options.oursOnly === true) return oursOnly(programs);
  if (await hasElixir()) return compareAll(programs, options);
  console.error('elixir is not installed: there is nothing to compare with (--ours-only runs ours alone)');
  return 1;
};

const command = new Command('conformance:live')
  .description('Generates programs, runs them on our runtime and on real OTP, and shrinks what differs.')
  .option('--seed <number>', 'repeats a run; printed by each', wholeNumber)
  .option('--cases <number>', 'how many programs', wholeNumber, 200)
  .option('--suite <name>', `only one of ${Object.keys(suites).join(', ')}`)
  .option('--ours-only', 'run on our runtime alone, without Elixir')
  .option('--shrink-seconds <number>', 'longest time to shrink one difference', wholeNumber, 60)
  .option('--no-shrink', 'show differing programs as they were generated')
  .exitOverride();

try {
  command.parse();
  const options = command.opts<Options>();
  if (options.suite !== undefined && !(options.suite in suites))
    command.error(`error: unknown suite "${options.suite}"`);
  process.exitCode = await main(options);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
