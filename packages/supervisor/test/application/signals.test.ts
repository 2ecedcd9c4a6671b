import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('./programs/app.js', import.meta.url));

/** The program, its lines one by one, and how it ends. */
const start = (terminateMs: number, shutdownMs: number) => {
  const child: ChildProcess = spawn(process.execPath, [program, String(terminateMs), String(shutdownMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('no stdout');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => JSON.parse((await lines.next()).value ?? 'null');
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  return { child, line, ended };
};

test.each([['SIGTERM'], ['SIGINT']] as const)(
  '%s stops the children in reverse order and ends Node',
  async (signal) => {
    const { child, line, ended } = start(20, 60_000);
    expect(await line()).toBe('ready');
    child.kill(signal);
    expect(await line()).toEqual([signal, 1]);
    expect(await line()).toEqual({
      cause: { kind: 'signal', signal },
      outcome: 'complete',
      exitCode: 0,
      stopped: [
        ['c', 'shutdown', 'stopped'],
        ['b/b2', 'shutdown', 'stopped'],
        ['b/b1', 'shutdown', 'stopped'],
        ['b', 'shutdown', 'stopped'],
        ['a', 'shutdown', 'stopped'],
      ],
    });
    expect(await ended).toBe(0);
  },
);

test('when the time for all is up, the rest is killed and the exit code is 1', async () => {
  const { child, line, ended } = start(Number.POSITIVE_INFINITY, 50);
  expect(await line()).toBe('ready');
  child.kill('SIGTERM');
  expect(await line()).toEqual(['SIGTERM', 1]);
  const { outcome, stopped } = await line();
  expect(outcome).toBe('deadline');
  expect([...stopped].sort()).toEqual([
    ['a', 'killed', 'killed'],
    ['b', 'killed', 'killed'],
    ['b/b1', 'killed', 'killed'],
    ['b/b2', 'killed', 'killed'],
    ['c', 'killed', 'killed'],
  ]);
  expect(await ended).toBe(1);
});

test('a second signal ends Node at once, with 128 and its number', async () => {
  const { child, line, ended } = start(Number.POSITIVE_INFINITY, 60_000);
  expect(await line()).toBe('ready');
  child.kill('SIGTERM');
  expect(await line()).toEqual(['SIGTERM', 1]);
  child.kill('SIGINT');
  expect(await line()).toEqual(['SIGINT', 2]);
  expect(await line()).toMatchObject({ outcome: 'forced', exitCode: 130 });
  expect(await ended).toBe(130);
});
