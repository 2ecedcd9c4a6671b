// Everything between a fresh clone and a command that works: dependencies, build, bundle, optional native
// parts, the default model. Needs only Node >= 20 and npm. A second run finds nothing to do.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pruneCompiled } from './lib/prune.mjs';
import { packageFolders, root, run } from './lib/workspace.mjs';

const say = (text) => process.stderr.write(`${text}\n`);

// execa 9 and AbortSignal.any set the limit.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 5)) {
  say(`Memvisor needs Node 20.5 or newer; this is ${process.version}. Install a newer Node and try again.`);
  process.exit(1);
}

const cache = join(root, 'node_modules', '.cache');
const installStamp = join(cache, 'memvisor-installed');
const buildStamp = join(cache, 'memvisor-built');
const noBundleStamp = join(cache, 'memvisor-not-bundled');
const matches = (stamp, key) => existsSync(stamp) && readFileSync(stamp, 'utf8') === key;
const write = (stamp, key) => {
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, key);
};

/** What the installed dependencies depend on: if none of these changed, there is nothing to install. */
const dependencyKey = () => {
  const hash = createHash('sha256').update(process.version);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)));
  for (const folder of packageFolders()) hash.update(readFileSync(join(folder, 'package.json')));
  return hash.digest('hex');
};

/** What the build depends on, by the time of its last change: looking is much faster than a build with nothing to do. */
const sourceKey = () => {
  let newest = 0;
  let files = 0;
  for (const folder of packageFolders())
    for (const part of ['src', 'test', 'examples', 'page', 'package.json', 'tsconfig.json']) {
      const place = join(folder, part);
      if (!existsSync(place)) continue;
      const entries = statSync(place).isDirectory() ? readdirSync(place, { recursive: true }) : [''];
      for (const entry of entries) {
        newest = Math.max(newest, statSync(join(place, entry)).mtimeMs);
        files++;
      }
    }
  return `${files} files, newest ${newest}`;
};

const key = dependencyKey();
const installed = matches(installStamp, key);

if (!installed) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  say(`Installing dependencies with ${packageManager} …`);
  run('npx', ['-y', packageManager, 'install', '--frozen-lockfile'], {
    env: { ...process.env, CI: 'true' },
    failure:
      'Dependencies could not be installed. An npm registry must be reachable (npm config get registry); then run the command again.',
  });
}

const sources = sourceKey();
const isBuilt = packageFolders().every((folder) => existsSync(join(folder, 'dist')));
if (!installed || !isBuilt || !matches(buildStamp, sources)) {
  say('Building …');
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], {
    failure: 'The build failed; the compiler named the place above.',
  });
  for (const folder of packageFolders()) pruneCompiled(folder);
  write(buildStamp, sources);
}

// Of what was built just now, so that commands start sooner; without it they work the same.
const { freshBundle } = await import('../apps/demo/dist/src/bundle.js');
const bundled = `${key}, ${sources}`;
if (freshBundle(join(root, 'apps/demo/dist/bundle')) === undefined && !matches(noBundleStamp, bundled)) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/bundle.mjs')], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) say('Without a bundle of the command line: it loads its files one by one.');
  // It can't be made here, as where esbuild's program is missing: not tried, and not told, with every command.
  if (status === 1) write(noBundleStamp, bundled);
}

if (!installed) {
  for (const step of ['native.mjs', 'model.mjs'])
    run(process.execPath, [join(root, 'scripts', step)], { failure: `scripts/${step} failed.` });
  write(installStamp, key);
}
