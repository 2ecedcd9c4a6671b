// Builds the default embedding model ahead of its first use, where packages/embedding looks first.
// A second run finds it and does nothing.
import { join } from 'node:path';
import { root } from './lib/workspace.mjs';

const started = performance.now();
const { buildDefaultModel, defaultModelName } = await import(
  join(root, 'packages/embedding/dist/src/default-model/build.js')
);
const folder = join(root, 'packages/embedding/models', defaultModelName('fp16'));
if (await buildDefaultModel(folder, 'fp16'))
  console.error(`Built the default embedding model in ${Math.round(performance.now() - started)} ms.`);
