import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Every workspace package, as an absolute folder. */
export const packageFolders = () =>
  ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group))
      .map((name) => join(root, group, name))
      .filter((folder) => existsSync(join(folder, 'package.json'))),
  );

/** Runs a program with our terminal; where it fails, says `failure` and ends with its exit code. */
export const run = (program, args, { failure, env = process.env } = {}) => {
  // On Windows npx is a script, which only a shell starts; our arguments hold nothing to quote.
  const shell = process.platform === 'win32' && program === 'npx';
  // The setup's chatter goes to stderr: stdout belongs to the command that follows.
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2], env, shell });
  if (status === 0) return;
  process.stderr.write(`${failure ?? `${program} failed`}${error ? ` (${error.message})` : ''}\n`);
  process.exit(status || 1);
};
