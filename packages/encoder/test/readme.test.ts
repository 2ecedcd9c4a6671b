import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { DynamicSupervisor } from '@memvisor/supervisor';
import { example } from './readme-example.js';

test('the first example of the README runs', async () => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'readme-'));
  const { supervisor, totalChunks, indexPath } = await example(join(folder, 'memory.mp4'));
  await DynamicSupervisor.stop(supervisor.pid);
  await rm(folder, { recursive: true });

  expect([totalChunks, indexPath]).toEqual([1, join(folder, 'memory.mvx')]);
});

test('and is the file that this test runs', async () => {
  const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
  const shown = /```ts\n(.*?)```/s.exec(await read('README.md'))?.[1] ?? 'no example';
  const body = (code: string) =>
    code
      .replace("'../src/index.js'", "'@memvisor/encoder'")
      .replace(/export const example = .*\n/, '')
      .replace('(encoder, video)', "(encoder, 'memory.mp4')")
      .replace(/ {2}return .*\n};\n/, '')
      .replace(/^ {2}/gm, '')
      .trim();

  expect(shown.trim()).toBe(body(await read('test/readme-example.ts')));
});
