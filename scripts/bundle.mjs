// Puts the command line's several hundred files into a few, from which it starts in a fifth of the time. Taken only while
// the files that it was made of are as they were (apps/demo/src/bundle.ts), so that it never runs old code; without
// it all works the same. `--out <folder>`: elsewhere than in apps/demo/dist/bundle. Ends with 2 where a file changed meanwhile.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { packageFolders, root } from './lib/workspace.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const home = resolve(values.out ?? join(root, 'apps/demo/dist/bundle'));
/** A new folder each time: a command that runs meanwhile goes on finding what it has not loaded yet. */
const out = join(home, randomBytes(6).toString('hex'));
const keptMs = 24 * 60 * 60 * 1000;

/** The program, and those that it starts as processes and that are worth it. */
const entries = ['apps/demo/dist/src/main.js', 'packages/search-index/dist/src/server/index-child.js'].map(
  (path) => join(root, path),
);
/** Dependencies that are put in, with all that they depend on. The rest is loaded from where it lies. */
const inside = ['commander', 'execa', 'mediabunny', 'nact', 'quick-lru', 'stemmer', 'zod'];

const fromFolder = (folder, path) => {
  const found = relative(folder, path).split(sep).join('/');
  return found.startsWith('.') ? found : `./${found}`;
};
/** As an import in the bundle has it. */
const fromOut = (path) => fromFolder(out, path);

/**
 * A file of ours goes on finding its neighbours: programs of processes and threads, models, packages that are required. Only
 * what has become an entry of the bundle is found beside it.
 */
const atItsPlace = (path, code) =>
  code
    .replace(
      /export const (\{[^}]*\}) = createRequire\(import\.meta\.url\)\(('[^']+')\)/g,
      'export $1 from $2',
    )
    .replace(/new URL\('([^']+)', import\.meta\.url\)|import\.meta\.url/g, (found, target) =>
      target !== undefined && entries.includes(join(dirname(path), target))
        ? `new URL('./${basename(target)}', import.meta.url)`
        : found.replace('import.meta.url', `new URL('${fromOut(path)}', import.meta.url).href`),
    );

const ours = {
  name: 'ours',
  setup: ({ onLoad, onResolve, resolve: resolveAs }) => {
    onLoad(
      {
        filter: new RegExp(
          `^${root.replace(/[^\w]/g, '\\$&')}[\\\\/](packages|apps)[\\\\/][^\\\\/]+[\\\\/]dist`,
        ),
      },
      ({ path }) => ({
        contents: atItsPlace(path, readFileSync(path, 'utf8')),
      }),
    );
    onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind, pluginData, resolveDir }) => {
      const isOurs = !importer.includes(`${sep}node_modules${sep}`);
      if (pluginData === 'asked' || path.startsWith('node:') || kind === 'entry-point' || !isOurs)
        return undefined;
      if (path.startsWith('@memvisor/') || inside.includes(path)) return undefined;
      const found = await resolveAs(path, { importer, kind, resolveDir, pluginData: 'asked' });
      // Not installed, as optional ones may not be: that it is missing shows where it is asked for.
      if (found.errors.length > 0) return { path, external: true };
      return found.external ? found : { path: fromOut(found.path), external: true };
    });
  },
};

const begunMs = Date.now();
const bundle = () =>
  build({
    entryPoints: entries,
    entryNames: '[name]',
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.5',
    // As Node resolves; without these, esbuild has conditions of its own.
    conditions: ['node'],
    metafile: true,
    absWorkingDir: root,
    logLevel: 'error',
    plugins: [ours],
    // Packages in the older form ask for Node's own modules with it.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });

/** A package of others is what its package.json says, and the versions that are asked for are those of the lock file. */
const packageOf = (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
const inputsOf = (metafile) => [
  ...new Set([
    ...Object.keys(metafile.inputs).map((path) =>
      packageOf(path) ? `${packageOf(path)}/package.json` : path,
    ),
    ...packageFolders().map((folder) => join(folder, 'package.json')),
    ...['pnpm-lock.yaml', 'scripts/bundle.mjs'].map((name) => join(root, name)),
  ]),
];

class Changed extends Error {}

const stateOf = (input) => {
  const path = resolve(root, input);
  const { size, mtimeMs } = statSync(path);
  // What is in the bundle may be of before or after.
  if (mtimeMs >= begunMs) throw new Changed(`${path} was written while the bundle was made: make it again.`);
  return [fromFolder(home, path), [size, mtimeMs]];
};

const list = join(home, 'inputs.json');

/** The bundle so far is old from now on, whenever it was made: commands under way have a day to load the rest of it. */
const retireLast = () => {
  try {
    const { folder } = JSON.parse(readFileSync(list, 'utf8'));
    utimesSync(join(home, folder), new Date(), new Date());
  } catch {
    // There is none.
  }
};

const removeOld = () => {
  for (const name of readdirSync(home)) {
    const old = join(home, name);
    // Another setup may remove it at the same time.
    const changedMs = statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (name !== basename(out) && old !== list && Date.now() - changedMs > keptMs)
      rmSync(old, { recursive: true, force: true });
  }
};

try {
  const { metafile } = await bundle();
  const files = Object.fromEntries(inputsOf(metafile).map(stateOf));
  writeFileSync(`${list}.${basename(out)}`, JSON.stringify({ folder: basename(out), files }));
  retireLast();
  // Last and at once: whoever starts meanwhile finds the bundle of before or this one, whole.
  renameSync(`${list}.${basename(out)}`, list);
  removeOld();
} catch (error) {
  rmSync(out, { recursive: true, force: true });
  if (!(error instanceof Changed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
