import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BenchError } from '../benchmark.js';

/**
 * Downloads one package from npm, without running anything of it, and returns its folder.
 *
 * @throws {BenchError} Where npm can't.
 */
export const fetchPackage = async (name: string, version: string, to: string): Promise<string> => {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  try {
    await promisify(execFile)('npm', ['install', ...options, '--prefix', to, `${name}@${version}`]);
  } catch (error) {
    throw new BenchError(`npm could not fetch ${name}@${version}: ${(error as Error).message}`);
  }
  return join(to, 'node_modules', name);
};
