// npm run soak: the runtime against its model for a number of operations, or the whole application for a time.
import { Command } from 'commander';
import { longRun } from './long-run.js';
import { positive, wholeNumber } from './option-values.js';
import { runCommand } from './run-command.js';

const command = new Command('soak')
  .description(
    'With --minutes: a root tree whose encoders and retrievers start, build, search, are killed and restarted, and whether memory, handles, files or processes grow. Without: random operations on trees of processes, compared with a model of the runtime step by step.',
  )
  .option('--minutes <number>', 'how long the whole tree runs', positive)
  .option('--seed <number>', 'repeats a run; printed by each', wholeNumber)
  .option(
    '--operations <number>',
    'without --minutes: how many operations, at least (default: 100000)',
    wholeNumber,
  )
  .option(
    '--processes <number>',
    'without --minutes: processes that a tree begins with (default: 1000)',
    wholeNumber,
  )
  .exitOverride();

await runCommand(async () => {
  command.parse();
  const { minutes, seed = Math.floor(Math.random() * 2 ** 31) } = command.opts<{
    minutes?: number;
    seed?: number;
  }>();
  if (minutes !== undefined) return longRun(seed, minutes);
  await import('./soak.js');
  return undefined;
});
