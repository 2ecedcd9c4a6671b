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

/** The README's n-th example, with what it imports handed in and the end of the process that it starts handed out. */
const example = (at: number, given: Readonly<Record<string, unknown>>, video: string, gives: string) => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, code = ''] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)][at] ?? [];
  const body = code
    .replace(/^import .*$/gm, '')
    .replace("'memory.mp4'", JSON.stringify(video))
    .replace("'notes/*.mp4', 'mail.mkv'", JSON.stringify(`${video.slice(0, -5)}?.mkv`));
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  const run = new AsyncFunction(...Object.keys(given), `{${body}\nreturn ${gives};}`);
  return (run as unknown as (...args: unknown[]) => Promise<never>)(...Object.values(given));
};
const openEmbedder = async () => ({ ok: true, embedder: hashEmbedder() });

test.each([
  [0, 'supervisor.pid', 4],
  [1, 'started.pid', 2],
])('example %i runs and prints the text about bees first', async (at, gives, textAt) => {
  const archive = await writeTestArchive(folder);
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const names = { ...(await import('../src/index.js')), ...(await import('../src/archives/index.js')) };
  const pid = await example(at, { openEmbedder, ...names }, archive.video, gives);
  expect(log.mock.calls[0]?.[textAt]).toContain('Bees make honey');
  log.mockRestore();
  await stopServer(pid, 'shutdown');
  await portsClosed();
});
