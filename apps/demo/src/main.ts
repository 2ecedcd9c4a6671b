import { CommanderError } from 'commander';
import { CommandFailure, describeError } from './failure.js';
import { endAsInterrupted } from './interrupt.js';
import { createProgram } from './program.js';
import { printable } from './terminal.js';

/**
 * Runs the command line. Exit codes: 0 done, 1 the work failed, 2 wrong usage; work that a signal interrupted ends in
 * order, and then by that signal. Failures go to stderr in a line or two; a stack trace only with `--debug`.
 */
const main = async (args: readonly string[]): Promise<number> => {
  const program = createProgram();
  // Commander would exit with 1 for wrong usage; here 1 says that the work itself failed.
  for (const command of [program, ...program.commands]) command.exitOverride();
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const debug = program.opts<{ debug?: boolean }>().debug === true;
    process.stderr.write(`memvisor: ${printable(describeError(error, debug))}\n`);
    await endAsInterrupted();
    return error instanceof CommandFailure ? error.exitCode : 1;
  }
};

// A reader may go before the end, as `head` does. Whoever prints hears of it; unheard it would crash the process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await main(process.argv.slice(2));
