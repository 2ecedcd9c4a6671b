// Who may import whom. A package that depends on, references or imports what it may not fails here.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { packageFolders, root } from './lib/workspace.mjs';

const leaves = ['supervisor', 'codec', 'embedding', 'search-index'];
/** For each package, the siblings that it may use. */
const allowed = {
  supervisor: [],
  codec: ['supervisor'],
  documents: ['supervisor'],
  embedding: ['supervisor'],
  'search-index': ['supervisor'],
  encoder: leaves,
  retriever: leaves,
  demo: [...leaves, 'documents', 'encoder', 'retriever'],
  bench: [...leaves, 'documents', 'encoder', 'retriever'],
};
/** Programs that may be imported by one package only. */
const owners = { nact: ['supervisor', 'bench'], execa: ['supervisor'], 'node:child_process': ['supervisor'] };

const problems = [];
const sources = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

for (const folder of packageFolders()) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const name = manifest.name.replace('@memvisor/', '');
  const may = allowed[name];
  if (may === undefined) {
    problems.push(`${manifest.name}: not in the table of scripts/arrows.mjs`);
    continue;
  }
  const runtime = {
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  };
  const declared = new Set([...Object.keys(runtime), ...Object.keys(manifest.devDependencies ?? {})]);
  for (const dependency of declared)
    if (dependency.startsWith('@memvisor/') && !may.includes(dependency.slice('@memvisor/'.length)))
      problems.push(`${manifest.name}: package.json depends on ${dependency}`);
  const references = JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8')).references ?? [];
  for (const { path } of references)
    if (!may.includes(path.split('/').at(-1)))
      problems.push(`${manifest.name}: tsconfig.json references ${path}`);

  for (const file of [...sources(join(folder, 'src')), ...sources(join(folder, 'test'))]) {
    const inTest = file.startsWith(join(folder, 'test'));
    const text = readFileSync(file, 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '');
    for (const [, specifier] of text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g)) {
      const at = `${relative(root, file)}: imports ${specifier}`;
      if (specifier.startsWith('.')) {
        if (!resolve(file, '..', specifier).startsWith(folder)) problems.push(`${at}, outside its package`);
        continue;
      }
      const owner = owners[specifier];
      if (owner && !inTest && !owner.includes(name))
        problems.push(`${at}, which only ${owner.join(', ')} may`);
      if (isBuiltin(specifier)) continue;
      const target = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      if (target === manifest.name) continue;
      if (!declared.has(target)) problems.push(`${at}, which its package.json does not declare`);
      else if (!inTest && !(target in runtime)) problems.push(`${at}, which is only a devDependency`);
    }
  }
}

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? 'arrows: every import goes where it may' : `arrows: ${problems.length} wrong`,
);
process.exit(problems.length === 0 ? 0 : 1);
