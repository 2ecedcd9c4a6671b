import { join } from 'node:path';
import { describeOsExit, startOsProcess } from '@memvisor/supervisor';
import { BenchError } from '../benchmark.js';

/** More than a slow line needs for a few megabytes. */
const timeoutMs = 300_000;

/**
 * Downloads one package from npm, without running anything of it, and returns its folder.
 *
 * @throws {BenchError} Where npm can't.
 */
export const fetchPackage = async (name: string, version: string, to: string): Promise<string> => {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  const npm = startOsProcess(
    { program: 'npm', args: ['install', ...options, '--prefix', to, `${name}@${version}`] },
    { stdin: 'ignore', stdout: 'ignore', timeoutMs },
  );
  const exit = await npm.exited;
  if (exit.kind !== 'exited' || exit.exitCode !== 0)
    throw new BenchError(`npm could not fetch ${name}@${version}: ${describeOsExit(exit)}`);
  return join(to, 'node_modules', name);
};
