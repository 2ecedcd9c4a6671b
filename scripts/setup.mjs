// Everything between a fresh clone and a command that works: dependencies, build, optional native
// parts, the default model. Needs only Node >= 20 and npm. A second run finds nothing to do.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders, root, run } from './lib/workspace.mjs';

const quiet = process.argv.includes('--quiet');
const say = (text) => process.stderr.write(`${text}\n`);

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  say(`Memvisor needs Node 20 or newer; this is ${process.version}. Install a newer Node and try again.`);
  process.exit(1);
}

const stampFile = join(root, 'node_modules', '.cache', 'memvisor-setup');

/** What the installed dependencies depend on: if none of these changed, there is nothing to install. */
const dependencyKey = () => {
  const hash = createHash('sha256').update(process.version);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)));
  for (const folder of packageFolders()) hash.update(readFileSync(join(folder, 'package.json')));
  return hash.digest('hex');
};

const key = dependencyKey();
const installed = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === key;

if (!installed) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  say(`Installing dependencies with ${packageManager} …`);
  run('npx', ['-y', packageManager, 'install', '--frozen-lockfile'], {
    env: { ...process.env, CI: 'true' },
    failure:
      'Dependencies could not be installed. An npm registry must be reachable (npm config get registry); then run the command again.',
  });
}

if (!quiet || !installed) {
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], {
    failure: 'The build failed; the compiler named the place above.',
  });
}

if (!installed) {
  for (const step of ['native.mjs', 'model.mjs']) {
    const file = join(root, 'scripts', step);
    if (existsSync(file)) run(process.execPath, [file], { failure: `${step} failed.` });
  }
  mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true });
  writeFileSync(stampFile, key);
}
