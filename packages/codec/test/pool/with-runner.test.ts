import { describe, expect, test } from '@jest/globals';
import { startCodecPool } from '../../src/pool/codec-pool.js';
import type { JobRunner } from '../../src/pool/jobs.js';
import { withBackgroundRunner, withRunner } from '../../src/pool/with-runner.js';

const packing = { chunks: [{ id: 0, text: 'a chunk' }], capacity: 2953 };
const isStopped = (runner: JobRunner) =>
  runner.run('packChunks', packing).then(
    () => false,
    (error) => error.failure.kind === 'cancelled',
  );

describe('works in the background at the same time', () => {
  test('have their threads in common, which end with the last of them, also with one that fails', async () => {
    let letFirstEnd = (): void => {};
    const first = withBackgroundRunner(undefined, async (runner) => {
      await new Promise<void>((resolve) => {
        letFirstEnd = resolve;
      });
      expect(await runner.run('packChunks', packing)).toHaveLength(1);
      return runner;
    });
    let second: JobRunner | undefined;
    await expect(
      withBackgroundRunner(undefined, async (runner) => {
        second = runner;
        throw new RangeError('of its own');
      }),
    ).rejects.toThrow('of its own');
    letFirstEnd();

    const runner = await first;
    expect(second).toBe(runner);
    expect(await isStopped(runner)).toBe(true);
  });

  test('have nothing in common with those after the last of them', async () => {
    const use = () => withBackgroundRunner(undefined, async (runner) => runner);
    const [before, after] = [await use(), await use()];
    expect(after).not.toBe(before);
  });
});

test.each([withRunner, withBackgroundRunner])('a pool that is given is taken, and goes on', async (work) => {
  const pool = startCodecPool({ size: 1 });
  expect(await work(pool, async (runner) => runner)).toBe(pool);
  expect(await isStopped(pool)).toBe(false);
  await pool.stop();
});

test('a work that is to have threads of its own leaves none behind', async () => {
  const runners = await Promise.all([1, 2].map(() => withRunner(undefined, async (runner) => runner)));
  expect(new Set(runners).size).toBe(2);
  expect(await Promise.all(runners.map(isStopped))).toEqual([true, true]);
});
