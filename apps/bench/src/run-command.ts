import { CommanderError } from 'commander';

/**
 * Runs a command to its exit code: what it gives; 2 for wrong usage, which commander has told by then, as the command must
 * have `exitOverride`; 0 for `--help`. `isWrongUsage` is told of any other error, and one that it takes for wrong usage
 * is told in its own words.
 */
export const runCommand = async (
  run: () => Promise<number | undefined> | number | undefined,
  isWrongUsage: (error: unknown) => error is Error = (_): _ is Error => false,
): Promise<void> => {
  try {
    const exitCode = await run();
    if (exitCode !== undefined) process.exitCode = exitCode;
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else if (isWrongUsage(error)) {
      console.error(error.message);
      process.exitCode = 2;
    } else throw error;
  }
};
