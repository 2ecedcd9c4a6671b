// Every name that a package exports must have a doc comment where it is declared.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { packageFolders, root } from './lib/workspace.mjs';

const sourceOf = (file, specifier) => resolve(dirname(file), specifier.replace(/\.js$/, '.ts'));

/** The names that a module exports, with the file that declares each; follows re-exports. */
const exportsOf = (file, seen = new Set()) => {
  const found = new Map();
  if (seen.has(file) || !existsSync(file)) return found;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, names, specifier] of text.matchAll(/export\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'([^']+)'/g)) {
    if (!specifier.startsWith('.')) continue;
    const inner = exportsOf(sourceOf(file, specifier), new Set(seen));
    for (const part of names.split(',')) {
      const [original, alias] = part
        .replace(/^\s*type\s+/, '')
        .trim()
        .split(/\s+as\s+/);
      if (original) found.set(alias ?? original, inner.get(original) ?? { file, line: 0 });
    }
  }
  for (const [, specifier] of text.matchAll(/export\s+\*\s+from\s*'(\.[^']+)'/g))
    for (const [name, place] of exportsOf(sourceOf(file, specifier), seen)) found.set(name, place);
  // A module as a namespace is documented by the comment that opens it, or by the one above the export.
  for (const { 0: whole, 1: name, 2: specifier, index } of text.matchAll(
    /export\s+\*\s+as\s+([\w$]+)\s+from\s*'(\.[^']+)'/g,
  )) {
    const above = text.slice(0, index).trimEnd().endsWith('*/');
    const opened = /^\s*\/\*\*[\s\S]*?[A-Za-z]{3}/.test(readFileSync(sourceOf(file, specifier), 'utf8'));
    const line = text.slice(0, index + whole.indexOf('export')).split('\n').length - 1;
    found.set(name, { file, line, documented: above || opened });
  }
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    const declared =
      /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|type|interface|class|function\*?)\s+([A-Za-z_$][\w$]*)/.exec(
        line,
      );
    // The first of several overloads carries the comment.
    if (declared && found.get(declared[1])?.file !== file)
      found.set(declared[1], { file, line: at, documented: documentedAt(lines, at) });
  }
  return found;
};

/** Whether the line above (decorations and overloads aside) ends a doc comment with words in it. */
const documentedAt = (lines, at) => {
  let above = at - 1;
  while (above >= 0 && /^\s*(\/\/ biome-ignore|@)/.test(lines[above])) above--;
  if (above < 0 || !lines[above].trimEnd().endsWith('*/')) return false;
  let start = above;
  while (start > 0 && !lines[start].includes('/**')) start--;
  return /[A-Za-z]{3}/.test(
    lines
      .slice(start, above + 1)
      .join(' ')
      .replace(/@\w+/g, ''),
  );
};

let missing = 0;
let count = 0;
for (const folder of packageFolders()) {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const target of Object.values(exports)) {
    if (typeof target !== 'object') continue;
    const entry = join(folder, target.default.replace('./dist/', '').replace(/\.js$/, '.ts'));
    for (const [name, place] of exportsOf(entry)) {
      count++;
      if (place.documented) continue;
      missing++;
      console.error(
        `${relative(root, place.file)}:${place.line + 1}: ${name} is exported without a doc comment`,
      );
    }
  }
}
console.log(
  missing === 0 ? `docs: all ${count} exports have a doc comment` : `docs: ${missing} of ${count} lack one`,
);
process.exit(missing === 0 ? 0 : 1);
