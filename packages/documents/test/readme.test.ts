import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { documentExtensions } from '../src/index.js';
import { example } from './examples/readme.js';
import { pdf } from './files.js';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the README shows the example that runs here', async () => {
  expect(await read('README.md')).toContain((await read('test/examples/readme.ts')).trim());

  const folder = await mkdtemp(join(tmpdir(), 'readme-'));
  const path = join(folder, 'a.pdf');
  await writeFile(path, pdf([['Cows give milk.'], ['Bees make honey.']]));
  expect(await example(path, 'honey')).toBe('page 2');
  expect(await example(join(folder, 'none.pdf'), 'honey')).toMatch(/no such file/);
  await rm(folder, { recursive: true });
});

test('the README names every extension', async () => {
  const readme = await read('README.md');
  expect(documentExtensions.filter((extension) => !readme.includes(`\`${extension}\``))).toEqual([]);
});
