import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { example } from './readme-example.js';
import { inFolder } from './support.js';

test('the first example of the README runs', () =>
  inFolder(async (folder) => {
    expect(await example(join(folder, 'memory.mp4'))).toEqual(['This one plays in any browser.']);
  }));

test('and is the file that this test runs', async () => {
  const text = (path: string) => readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
  const source = await text('test/readme-example.ts');
  const shown = /```ts\n(.*?)```/s.exec(await text('README.md'))?.[1] ?? 'no example';
  const body = (code: string) =>
    code
      .replaceAll("'../src/index.js'", "'@memvisor/codec'")
      .replace(/^export const example = .*\n/m, '')
      .replaceAll('(path)', "('memory.mp4')")
      .replaceAll('{ path }', "{ path: 'memory.mp4' }")
      .replaceAll(/^ {2}return (found.*)$/gm, '  console.log($1')
      .replace(/\s+/g, ' ');
  for (const line of body(shown)
    .split(/(?<=;) /)
    .slice(0, 4))
    expect(body(source)).toContain(line.trim());
});
