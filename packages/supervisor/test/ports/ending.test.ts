import { getEventListeners, once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { startOsProcess } from '../../src/ports/os-process.js';
import { fixture, readAll, ready } from './programs.js';

/** Long enough that reaching it fails the test. */
const never = 20_000;

describe('the ladder', () => {
  test('a program that leaves when its input ends is not forced, though it ignores SIGTERM', async () => {
    const child = startOsProcess(fixture('ends-with-its-input'), { shutdownMs: never });
    const output = readAll(child);
    await ready(child);

    expect(await child.stop()).toEqual({ kind: 'stopped', forced: false, stderrTail: '' });
    expect(await output).toContain('and done');
  });

  test('a program that obeys SIGTERM is not forced', async () => {
    const child = startOsProcess(fixture('never-exits'), { shutdownMs: never });
    await ready(child);

    expect(await child.stop()).toEqual({ kind: 'stopped', forced: false, stderrTail: '' });
  });

  test('a program that ignores SIGTERM is killed when shutdownMs are over, and not before', async () => {
    const child = startOsProcess(fixture('ignores-sigterm'), { shutdownMs: 150 });
    await ready(child);

    const start = performance.now();
    expect(await child.stop()).toEqual({ kind: 'stopped', forced: true, stderrTail: '' });
    expect(performance.now() - start).toBeGreaterThanOrEqual(149);
  });

  test('shutdownMs 0 kills at once', async () => {
    const child = startOsProcess(fixture('ignores-sigterm'), { shutdownMs: 0 });
    await ready(child);

    expect(await child.stop()).toEqual({ kind: 'stopped', forced: true, stderrTail: '' });
  });

  test('shutdownMs Infinity never kills', async () => {
    const child = startOsProcess(fixture('ends-with-its-input'), { shutdownMs: Number.POSITIVE_INFINITY });
    await ready(child);

    expect(await child.stop()).toEqual({ kind: 'stopped', forced: false, stderrTail: '' });
  });

  test('a suspended program is killed all the same', async () => {
    const child = startOsProcess(fixture('never-exits'), { shutdownMs: 50 });
    await ready(child);
    process.kill(child.osPid ?? 0, 'SIGSTOP');

    expect(await child.stop()).toEqual({ kind: 'stopped', forced: true, stderrTail: '' });
  });

  test('a reader that stopped reading does not hold up the exit, and its stream is closed', async () => {
    const child = startOsProcess(fixture('floods-stdout'), { shutdownMs: never });
    await ready(child);
    child.stdout.pause();

    expect(await child.stop()).toMatchObject({ kind: 'stopped', forced: false });
    expect(child.stdout.destroyed).toBe(true);
  });

  test('a reader is not left waiting when the program is stopped', async () => {
    const child = startOsProcess(fixture('never-exits'), { shutdownMs: never });
    const output = readAll(child);
    await ready(child);
    await child.stop();

    expect(await output).toBe('ready');
  });

  test('a grandchild that keeps stderr open does not hold up the exit', async () => {
    const child = startOsProcess(fixture('leaves-a-grandchild'));
    const grandchild = Number(await ready(child));

    expect(await child.exited).toEqual({ kind: 'exited', exitCode: 5, stderrTail: '' });
    process.kill(grandchild, 'SIGKILL');
  });
});

describe('the reason for ending', () => {
  test('stop, from many callers at once, gives all of them the same exit', async () => {
    const child = startOsProcess(fixture('never-exits'));

    const [first, ...others] = await Promise.all([child.stop(), child.stop(), child.exited, child.stop()]);

    expect(first).toMatchObject({ kind: 'stopped' });
    for (const other of others) expect(other).toBe(first);
    expect(await child.stop()).toBe(first);
  });

  test('stop after the exit gives that exit', async () => {
    const child = startOsProcess(fixture('exits-at-once', '4'));
    await child.exited;

    expect(await child.stop()).toMatchObject({ kind: 'exited', exitCode: 4 });
  });

  test('timeoutMs ends a program as timed_out', async () => {
    const child = startOsProcess(fixture('never-exits'), { timeoutMs: 50 });

    expect(await child.exited).toEqual({ kind: 'timed_out', forced: false, stderrTail: '' });
  });

  test('a program faster than its timeoutMs does not time out', async () => {
    const child = startOsProcess({ program: 'true', args: [] }, { timeoutMs: never });

    expect(await child.exited).toMatchObject({ kind: 'exited', exitCode: 0 });
  });

  test('the signal ends a program as stopped, and is let go of afterwards', async () => {
    const controller = new AbortController();
    const child = startOsProcess(fixture('never-exits'), { signal: controller.signal });
    await ready(child);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);

    controller.abort();

    expect(await child.exited).toEqual({ kind: 'stopped', forced: false, stderrTail: '' });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('with a signal that has fired already nothing is started', async () => {
    const child = startOsProcess(fixture('never-exits'), { signal: AbortSignal.abort() });

    expect(child.osPid).toBeUndefined();
    expect(await child.write(Buffer.from('x'))).toBe(false);
    expect(await readAll(child)).toBe('');
    expect(await child.exited).toEqual({ kind: 'stopped', forced: false, stderrTail: '' });
  });

  test('the first reason wins: stop after timed_out stays timed_out', async () => {
    const child = startOsProcess({ program: 'sleep', args: ['30'] }, { timeoutMs: 20, shutdownMs: 100 });
    process.kill(child.osPid ?? 0, 'SIGSTOP');
    await once(child.stdin, 'finish');

    expect(await child.stop()).toEqual({ kind: 'timed_out', forced: true, stderrTail: '' });
  });

  test('the first reason wins: a timeout after stop stays stopped', async () => {
    // An ignored signal stays ignored through exec, and a shell is ready long before the timeout.
    const command = { program: 'sh', args: ['-c', 'trap "" TERM; echo ready; exec sleep 30'] };
    const child = startOsProcess(command, { timeoutMs: 500, shutdownMs: 700 });
    await ready(child);

    expect(await child.stop()).toEqual({ kind: 'stopped', forced: true, stderrTail: '' });
  });
});
