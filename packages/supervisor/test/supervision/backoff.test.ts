import { describe, expect, test } from '@jest/globals';
import { type Backoff, backoffDelay, checkBackoff, nextAttempt } from '../../src/supervision/backoff.js';

const backoff = (options: Parameters<typeof checkBackoff>[0]) => checkBackoff(options) as Backoff;

describe('the wait before a restart', () => {
  test('doubles from initialMs to maxMs and stays there', () => {
    const waits = backoff({ initialMs: 100, maxMs: 1000 });
    expect([0, 1, 2, 3, 4, 5, 5000].map((attempt) => backoffDelay(waits, attempt))).toEqual([
      100, 200, 400, 800, 1000, 1000, 1000,
    ]);
  });

  test('is always nothing when initialMs is 0', () => {
    expect(backoffDelay(backoff({ initialMs: 0 }), 5000)).toBe(0);
  });

  test('leaves the part that jitter says to chance', () => {
    const at = (chance: number) =>
      backoffDelay(backoff({ initialMs: 100, maxMs: 100, jitter: 0.2, random: () => chance }), 0);
    expect([at(0), at(0.5), at(0.999)]).toEqual([100, 90, expect.closeTo(80, 0)]);
  });

  test('starts over after resetAfterMs of running, not before', () => {
    const waits = backoff({ resetAfterMs: 5000 });
    expect([nextAttempt(waits, 7, 4999), nextAttempt(waits, 7, 5000)]).toEqual([7, 0]);
  });

  test('has defaults', () => {
    expect(backoff({})).toMatchObject({ initialMs: 100, maxMs: 30_000, jitter: 0, resetAfterMs: 60_000 });
  });
});

test.each([
  [{ initialMs: -1 }, 'initialMs'],
  [{ initialMs: Number.NaN }, 'initialMs'],
  [{ initialMs: Number.POSITIVE_INFINITY }, 'initialMs'],
  [{ initialMs: 10, maxMs: 9 }, 'maxMs'],
  [{ jitter: 1.1 }, 'jitter'],
  [{ jitter: -0.1 }, 'jitter'],
  [{ resetAfterMs: -1 }, 'resetAfterMs'],
  [{ random: 4 as never }, 'random'],
])('the backoff %p is refused for its %s', (options, option) => {
  expect(checkBackoff(options)).toMatchObject({ kind: 'invalid_backoff', option });
});

test.each([
  { initialMs: 0 },
  { initialMs: 10, maxMs: 10 },
  { jitter: 0 },
  { jitter: 1 },
  { resetAfterMs: 0 },
])('the backoff %p is allowed', (options) => {
  expect(checkBackoff(options)).not.toHaveProperty('kind');
});
