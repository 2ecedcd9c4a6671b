import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { portsClosed, stopServer } from '@memvisor/supervisor';
import { writeTestArchive } from './archive.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retriever-readme-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the README's example runs and prints the text about bees first", async () => {
  const archive = await writeTestArchive(folder);
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const { RetrieverSupervisor, search } = await import('../src/index.js');
  const openEmbedder = async () => ({ ok: true, embedder: hashEmbedder() });
  const body = code.replace(/^import .*$/gm, '').replace("'memory.mp4'", JSON.stringify(archive.video));
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  const run = new AsyncFunction(
    'openEmbedder',
    'RetrieverSupervisor',
    'search',
    `${body}\nreturn supervisor.pid;`,
  );
  const supervisor = await (run as unknown as (...args: unknown[]) => Promise<never>)(
    openEmbedder,
    RetrieverSupervisor,
    search,
  );
  expect(log.mock.calls[0]?.[4]).toContain('Bees make honey');
  log.mockRestore();
  await stopServer(supervisor, 'shutdown');
  await portsClosed();
});
