// `npm run check`: types, lint and format, arrows, doc comments, tests. Every step runs, so one call shows all that is wrong.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lib/workspace.mjs';

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, 'no-tests': { type: 'boolean' } },
});
if (values.help === true) {
  console.log(
    'npm run check [-- --no-tests]: types, lint and format, arrows, doc comments, tests; each step runs.',
  );
  process.exit(0);
}

const bin = (path) => join(root, 'node_modules', path);
const steps = [
  ['types', [bin('typescript/bin/tsc'), '-b']],
  ['lint and format', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
  ['arrows', [join(root, 'scripts/arrows.mjs')]],
  ['docs', [join(root, 'scripts/docs.mjs')]],
  ...(values['no-tests'] === true ? [] : [['tests', [join(root, 'scripts/test.mjs')]]]),
];

const failed = [];
for (const [name, args] of steps) {
  console.log(`\n— ${name}`);
  if (spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\ncheck: all is well' : `\ncheck: failed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
