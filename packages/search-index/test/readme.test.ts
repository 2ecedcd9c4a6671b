import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { example } from './examples/readme.js';

test('the README shows the example that runs here', async () => {
  const source = await readFile(new URL('../../test/examples/readme.ts', import.meta.url), 'utf8');
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(source.trim());

  const folder = await mkdtemp(join(tmpdir(), 'readme-'));
  expect(await example(join(folder, 'memory.mvx'))).toBe('chunk 0 in frame 0');
  await rm(folder, { recursive: true });
});
