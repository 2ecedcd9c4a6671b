import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { load } from '../../src/runtime/memvisor/unwatched-hooks.js';

const entry = import.meta.resolve('@memvisor/supervisor');
const loadCopy = async (file: string, copy: string, source?: string): Promise<string> => {
  const url = new URL(file, entry);
  const loaded = await load(`${url}?copy=${copy}`, {} as Parameters<typeof load>[1], () => ({
    format: 'module',
    source: source ?? readFileSync(url, 'utf8'),
  }));
  return String(loaded.source);
};

test.each([
  './process/process.js',
  './process/system.js',
  './process/mailbox.js',
  './supervision/stop-child.js',
])('%s has no check for listeners in an unwatched copy, and is as built in another one', async (file) => {
  const built = readFileSync(new URL(file, entry), 'utf8');
  expect(await loadCopy(file, 'watched1')).toBe(built);
  const unwatched = await loadCopy(file, 'unwatched1');
  expect(unwatched).not.toBe(built);
  expect(unwatched).not.toMatch(/hasSubscribers/);
});

test('a module whose checks are not found does not load', async () => {
  const source =
    "import { telemetry } from '../telemetry.js';\nconst check = () => anybody(telemetry.spawn);";
  await expect(loadCopy('./process/process.js', 'unwatched1', source)).rejects.toThrow('to take out');
});
