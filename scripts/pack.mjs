// `npm run pack:check`: packs every package as it would be published and uses the tarballs in empty projects, away
// from this workspace: every export loads, the examples compile and run, and the retriever reads a video without the encoder.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { packageFolders, root } from './lib/workspace.mjs';

const work = mkdtempSync(join(tmpdir(), 'memvisor-pack-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const run = (program, args, cwd, failure) => {
  const shell = process.platform === 'win32' && program !== process.execPath;
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', shell });
  if (status === 0) return stdout;
  console.error(`pack: ${failure}\n${stdout}${stderr}${error?.message ?? ''}`);
  process.exit(1);
};
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Whether debuggers and editors find what a source map points to. */
const isMapped = (folder, path, shipped) =>
  read(join(folder, path)).sources.every((source) =>
    shipped.has(
      relative(folder, join(folder, dirname(path), source))
        .split(sep)
        .join('/'),
    ),
  );

const { packageManager } = read(join(root, 'package.json'));
const packages = new Map();
for (const folder of packageFolders().filter((path) => basename(join(path, '..')) === 'packages')) {
  const { name } = read(join(folder, 'package.json'));
  const out = join(work, 'tarballs', basename(folder));
  mkdirSync(out, { recursive: true });
  const args = ['-y', packageManager, 'pack', '--json', '--pack-destination', out];
  const { filename, files } = JSON.parse(run('npx', args, folder, `${name} could not be packed`));
  const stray = files.map(({ path }) => path).filter((path) => /(^|\/)(test|fixtures)\/|\.test\./.test(path));
  if (stray.length > 0 || !files.some(({ path }) => path === 'README.md')) {
    console.error(`pack: ${name} ships ${stray.join(', ') || 'no README.md'}`);
    process.exit(1);
  }
  const shipped = new Set(files.map(({ path }) => path));
  const unmapped = [...shipped].filter((path) => path.endsWith('.map') && !isMapped(folder, path, shipped));
  if (unmapped.length > 0) {
    console.error(`pack: ${name}: the source of ${unmapped.join(', ')} is not shipped`);
    process.exit(1);
  }
  packages.set(name, { tarball: join(out, basename(filename)), files: files.length });
}

/** An empty project with some of the packages from their tarballs, all else from the registry. */
const project = (title, names, others = {}) => {
  const folder = join(work, title);
  mkdirSync(folder);
  const ours = names.map((name) => [name, `file:${packages.get(name).tarball}`]);
  const dependencies = { ...Object.fromEntries(ours), ...others };
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  );
  // As in the workspace, no dependency runs code at install: optional native parts may be missing.
  const args = [
    'install',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--no-progress',
  ];
  run('npm', args, folder, `${title}: npm install failed`);
  const installed = read(join(folder, 'package-lock.json')).packages;
  for (const place of Object.keys(installed).filter((path) => /@memvisor\/[^/]+$/.test(path))) {
    const name = place.replace(/^.*node_modules\//, '');
    if (names.includes(name) && place === `node_modules/${name}`) continue;
    console.error(`pack: ${title}: ${place} did not come from its tarball`);
    process.exit(1);
  }
  return folder;
};

/** Imports every entry that the packages export, and looks for its types. */
const checkExports = (folder, names) => {
  const entries = [];
  for (const name of names) {
    const installed = join(folder, 'node_modules', name);
    const { exports } = read(join(installed, 'package.json'));
    for (const [entry, target] of Object.entries(exports)) {
      if (entry === './package.json') continue;
      if (!existsSync(join(installed, target.types))) {
        console.error(`pack: ${name}: ${entry} has no types at ${target.types}`);
        process.exit(1);
      }
      entries.push(name + entry.slice(1));
    }
  }
  // A module for forked children has nothing to give outside of one; loading is what counts.
  const code = `for (const entry of ${JSON.stringify(entries)}) await import(entry);`;
  run(
    process.execPath,
    ['--input-type=module', '-e', code],
    folder,
    `${names.join(', ')}: an export does not load`,
  );
  return entries;
};

const example = (folder, code, expected) => {
  writeFileSync(join(folder, 'example.mjs'), code);
  const printed = run(process.execPath, ['example.mjs'], folder, 'an example failed').trim();
  if (printed === expected) return;
  console.error(`pack: an example printed ${JSON.stringify(printed)} instead of ${JSON.stringify(expected)}`);
  process.exit(1);
};

/** Compiles programs as the strictest of users do: the packages' own types are checked, too. */
const compile = (folder, files) => {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    module: 'NodeNext',
    target: 'ES2022',
    types: ['node'],
    noEmit: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  run(process.execPath, [tsc, '-p', folder], folder, `${files.join(', ')}: the types are wrong`);
};

const tell = (folder, entries) => console.log(`${basename(folder)}: ${entries.join(' ')}`);

const { '@types/node': nodeTypes } = read(join(root, 'package.json')).devDependencies;
const all = project('everything', [...packages.keys()], { '@types/node': nodeTypes });
tell(all, checkExports(all, [...packages.keys()]));
const examples = ['quick-start.ts', 'counter.ts'];
for (const file of examples) copyFileSync(join(root, 'apps/demo/examples', file), join(all, file));
compile(all, examples);
copyFileSync(join(root, 'apps/demo/dist/examples/quick-start.js'), join(all, 'quick-start.js'));
example(all, "await import('./quick-start.js')", 'ships.txt: The ship sailed north in May.');

const reading = [...packages.keys()].filter((name) => name !== '@memvisor/encoder');
const reader = project('without-the-encoder', reading);
tell(reader, checkExports(reader, reading));
for (const file of ['memory.mp4', 'memory.mvx']) copyFileSync(join(all, file), join(reader, file));
example(
  reader,
  `import { RetrieverSupervisor, search } from '@memvisor/retriever';
  const retrievers = await RetrieverSupervisor.startLink();
  const { pid } = await RetrieverSupervisor.startRetriever(retrievers.pid, { video: 'memory.mp4' });
  const answer = await search(pid, 'nectar', { k: 1 });
  console.log(answer.value.results[0].text);
  await RetrieverSupervisor.stopAllRetrievers(retrievers.pid);`,
  'Bees turn nectar into honey.',
);

const runtime = project('runtime-alone', ['@memvisor/supervisor']);
tell(runtime, checkExports(runtime, ['@memvisor/supervisor']));
example(
  runtime,
  `import { startSupervisor, stopServer } from '@memvisor/supervisor';
  const root = await startSupervisor([]);
  await stopServer(root.pid, 'shutdown');
  console.log(root.ok);`,
  'true',
);

const reads = project('documents-alone', ['@memvisor/documents', '@memvisor/supervisor']);
tell(reads, checkExports(reads, ['@memvisor/documents']));
writeFileSync(join(reads, 'bees.html'), '<h1>Bees</h1><p>They make honey.');
example(
  reads,
  `import { documentReader, readDocument } from '@memvisor/documents';
  import { start, stopServer } from '@memvisor/supervisor';
  const { pid } = await start(documentReader, {});
  const read = await readDocument(pid, 'bees.html');
  for await (const { heading, text } of read.value.pieces) console.log(heading.title, JSON.stringify(text));
  await stopServer(pid);`,
  'Bees "Bees\\n\\nThey make honey."',
);

for (const [name, { files }] of packages) console.log(`${name}: ${files} files`);
console.log('pack: all is well');
