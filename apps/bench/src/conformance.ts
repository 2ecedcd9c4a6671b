// npm run conformance -- <folder-or-file>… : runs recorded OTP programs on our runtime and compares the traces.
import { Command } from 'commander';
import { compareTraces, type Difference, describeDifference } from './conformance/compare.js';
import { InvalidProgram } from './conformance/elixir-errors.js';
import { runProgram } from './conformance/run-program.js';
import { isPlain, type Json } from './conformance/terms.js';
import { type Case, findTraceFiles, readTraceFile, TraceFileError } from './conformance/trace-file.js';
import { runCommand } from './run-command.js';

interface Options {
  readonly suite?: string;
  readonly case?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

interface Outcome {
  readonly suite: string;
  readonly name: string;
  readonly passed: boolean;
  readonly fault?: string;
  readonly differences: readonly Difference[];
}

const runCase = async (suite: string, { name, program, trace }: Case): Promise<Outcome> => {
  try {
    const ops = isPlain(program) && Array.isArray(program.ops) ? (program.ops as readonly Json[]) : [];
    const differences = compareTraces(ops, trace, await runProgram(program));
    return { suite, name, passed: differences.length === 0, differences };
  } catch (error) {
    const fault = error instanceof InvalidProgram ? error.message : String((error as Error).stack ?? error);
    return { suite, name, passed: false, fault, differences: [] };
  }
};

const report = ({ suite, name, passed, fault, differences }: Outcome, verbose: boolean): string => {
  if (passed) return `ok ${suite}/${name}`;
  const shown = verbose ? differences : differences.slice(0, 1);
  const rest = differences.length - shown.length;
  return [
    `FAILED ${suite}/${name}`,
    ...(fault === undefined ? [] : [`  ${fault}`]),
    ...shown.map(describeDifference),
    ...(rest > 0 ? [`  and ${rest} more; --verbose shows them`] : []),
  ].join('\n');
};

const main = async (paths: readonly string[], options: Options): Promise<number> => {
  const outcomes: Outcome[] = [];
  for (const path of await findTraceFiles(paths)) {
    const { suite, cases } = await readTraceFile(path);
    if (options.suite !== undefined && options.suite !== suite) continue;
    for (const one of cases) {
      if (options.case !== undefined && options.case !== one.name) continue;
      const outcome = await runCase(suite, one);
      outcomes.push(outcome);
      if (options.json !== true && (!outcome.passed || options.verbose === true))
        console.log(report(outcome, options.verbose === true));
    }
  }
  if (outcomes.length === 0) throw new TraceFileError('no case matches');
  const failed = outcomes.filter(({ passed }) => !passed).length;
  const summary = `${outcomes.length - failed} passed, ${failed} failed`;
  if (options.json === true) {
    console.log(JSON.stringify({ passed: outcomes.length - failed, failed, cases: outcomes }, null, 1));
    // Standard output is JSON alone, for programs; people see the last line all the same.
    console.error(summary);
  } else console.log(summary);
  return failed === 0 ? 0 : 1;
};

const program = new Command('conformance')
  .description('Runs recorded OTP programs on our runtime and compares the traces with what OTP did.')
  .argument('<paths...>', 'trace files, or folders of them')
  .option('--suite <name>', 'only this suite')
  .option('--case <name>', 'only cases of this name')
  .option('--json', 'print the outcome as JSON')
  .option('--verbose', 'print passing cases and every difference')
  .exitOverride();

await runCommand(
  () => {
    program.parse();
    return main(program.args, program.opts<Options>());
  },
  (error) => error instanceof TraceFileError,
);
