import { expect, test } from '@jest/globals';
import type { ExitReason } from '../../src/index.js';
import { endsSupervisor, isExpectedEnd, isRestarted } from '../../src/supervision/decisions.js';

const shutdownBecause = { kind: 'shutdown', detail: 'done' };
const crash = { kind: 'crash', error: new Error('bug') };

const restarts: [reason: ExitReason, permanent: boolean, transient: boolean, temporary: boolean][] = [
  ['normal', true, false, false],
  ['shutdown', true, false, false],
  [shutdownBecause, true, false, false],
  ['killed', true, true, false],
  ['boom', true, true, false],
  [crash, true, true, false],
  ['noproc', true, true, false],
  [{ kind: 'shutdown' }, true, true, false],
  [null, true, true, false],
];

test.each(restarts)(
  'a child that ended with %p restarts: permanent %p, transient %p, temporary %p',
  (...row) => {
    const [reason, ...expected] = row;
    const types = ['permanent', 'transient', 'temporary'] as const;
    expect(types.map((type) => isRestarted(type, reason))).toEqual(expected);
  },
);

test.each([
  [true, 'never', 0, false],
  [true, 'any_significant', 0, true],
  [true, 'any_significant', 1, true],
  [true, 'all_significant', 0, true],
  [true, 'all_significant', 1, false],
  [false, 'any_significant', 0, false],
  [false, 'all_significant', 0, false],
] as const)(
  'significant %p, autoShutdown %p, %p other significant children: ends %p',
  (significant, auto, others, ends) => {
    expect(endsSupervisor(significant, auto, others)).toBe(ends);
  },
);

test.each([
  ['permanent', 5000, 'shutdown', true],
  ['permanent', 'infinity', 'shutdown', true],
  ['permanent', 5000, shutdownBecause, false],
  ['permanent', 5000, 'normal', false],
  ['permanent', 5000, 'killed', false],
  ['permanent', 'brutal_kill', 'killed', true],
  ['permanent', 'brutal_kill', 'shutdown', false],
  ['transient', 5000, shutdownBecause, true],
  ['transient', 5000, 'normal', true],
  ['transient', 5000, 'killed', false],
  ['temporary', 'brutal_kill', 'shutdown', true],
  ['temporary', 'brutal_kill', 'normal', true],
  ['temporary', 'brutal_kill', 'odd', false],
  ['temporary', 0, 'odd', false],
] as const)(
  'stopping a %s child with shutdown %p, an end with %p is expected: %p',
  (restart, shutdown, reason, ok) => {
    expect(isExpectedEnd(restart, shutdown, reason)).toBe(ok);
  },
);
