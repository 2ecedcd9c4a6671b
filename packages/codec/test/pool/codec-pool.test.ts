import { getEventListeners } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { OptionError } from '@memvisor/supervisor';
import { startCodecPool } from '../../src/pool/codec-pool.js';
import { inlineRunner } from '../../src/pool/jobs.js';

const packing = { chunks: [{ id: 0, text: 'a chunk' }], capacity: 2953 };
const drawing = {
  payloads: [Buffer.from('payload')],
  masks: [0 as const],
  errorCorrection: 'L' as const,
  version: undefined,
  sizePx: 192,
};

describe('a codec pool', () => {
  test('gives what the same job gives inline', async () => {
    const pool = startCodecPool({ size: 1 });
    expect(await pool.run('packChunks', packing)).toEqual(await inlineRunner.run('packChunks', packing));
    const drawn = { ...(await inlineRunner.run('drawFrames', drawing)), tookMs: expect.any(Number) };
    expect(await pool.run('drawFrames', drawing)).toEqual(drawn);
    await pool.stop();
  });

  test('fails what runs and what is asked later with cancelled when it stops, twice or once', async () => {
    const pool = startCodecPool({ size: 1 });
    const running = pool.run('packChunks', packing);
    const outcome = running.then(
      () => 'done',
      (error) => error.failure.kind,
    );
    await Promise.all([pool.stop(), pool.stop()]);
    expect(['cancelled', 'done']).toContain(await outcome);
    await expect(pool.run('packChunks', packing)).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
  });

  test('stops with its signal', async () => {
    const controller = new AbortController();
    const pool = startCodecPool({ size: 1, signal: controller.signal });
    await pool.run('packChunks', packing);
    controller.abort();
    await expect(pool.run('packChunks', packing)).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
    await pool.stop();
  });

  test('a job that is cancelled does not keep the next from running', async () => {
    const pool = startCodecPool({ size: 1 });
    const controller = new AbortController();
    const cancelled = pool.run('packChunks', packing, { signal: controller.signal });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
    expect(await pool.run('packChunks', packing)).toHaveLength(1);
    await pool.stop();
  });

  test('adds no listener to a signal, however many jobs it guards, and cancels them all', async () => {
    const pool = startCodecPool({ size: 1 });
    const controller = new AbortController();
    const running = Array.from({ length: 12 }, () =>
      pool.run('packChunks', packing, { signal: controller.signal }).then(
        () => 'done',
        (error) => error.failure.kind,
      ),
    );
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    controller.abort();
    expect(new Set(await Promise.all(running))).toEqual(new Set(['cancelled']));
    await pool.stop();
  });

  test('a mistake in a job is thrown as it is, and the pool goes on', async () => {
    const pool = startCodecPool({ size: 1 });
    const tooLarge = { ...drawing, payloads: [new Uint8Array(3000)] };
    await expect(pool.run('drawFrames', tooLarge)).rejects.toThrow(/do not fit/);
    expect((await pool.run('drawFrames', drawing)).count).toBe(1);
    await pool.stop();
  });

  test('a thread that dies is told to who waits for it', async () => {
    const pool = startCodecPool({ size: 1, resourceLimits: { maxOldGenerationSizeMb: 8 } });
    const huge = {
      chunks: Array.from({ length: 300_000 }, (_, id) => ({ id, text: `${id}`.repeat(50) })),
      capacity: 2953,
    };
    await expect(pool.run('packChunks', huge)).rejects.toMatchObject({ failure: { kind: 'worker_died' } });
    await pool.stop();
  });

  test('threads that die before they have begun are told to all who wait', async () => {
    const pool = startCodecPool({ size: 1, resourceLimits: { maxOldGenerationSizeMb: 4 } });
    const jobs = [pool.run('packChunks', packing), pool.run('drawFrames', drawing)];
    for (const outcome of await Promise.allSettled(jobs))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { failure: { kind: 'worker_died' } } });
    await pool.stop();
  });

  test.each([0, -1, 1.5, Number.NaN])('size %p is refused', (size) => {
    expect(() => startCodecPool({ size })).toThrow(OptionError);
  });

  test.each([0, -1, Number.NaN])('idleTimeoutMs %p is refused', (idleTimeoutMs) => {
    expect(() => startCodecPool({ idleTimeoutMs })).toThrow(OptionError);
  });
});

// Elsewhere threads have no priority of their own, and nothing is promised.
(process.platform === 'linux' ? test : test.skip)(
  'threads in the background give way, and nobody else does',
  async () => {
    const nicest = () =>
      Math.max(
        ...readdirSync('/proc/self/task').map((thread) => {
          const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
          return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
        }),
      );
    const own = getPriority();
    const niceOf = async (background: boolean): Promise<number> => {
      const pool = startCodecPool({ size: 1, background });
      await pool.run('getReady', undefined);
      const nice = nicest();
      await pool.stop();
      return nice;
    };

    expect(await niceOf(false)).toBe(own);
    expect(await niceOf(true)).toBe(Math.max(own, constants.priority.PRIORITY_BELOW_NORMAL));
    expect(getPriority()).toBe(own);
  },
);
