import { describe, expect, test } from '@jest/globals';
import { type ChildSpec, describeSupervisionFailure } from '../../src/index.js';
import {
  CheckedSpec,
  checkChildSpec,
  checkDynamicChildSpec,
} from '../../src/supervision/check-child-spec.js';
import type { ChildSpecFailure } from '../../src/supervision/failure.js';

const start: ChildSpec['start'] = () => ({ ok: false, kind: 'ignore' });

describe('defaults of a child spec', () => {
  test('a worker is permanent, not significant and has 5,000 ms to stop', () => {
    expect({ ...(checkChildSpec({ id: 1, start }, 'never') as CheckedSpec) }).toEqual({
      id: 1,
      start,
      restart: 'permanent',
      shutdown: 5000,
      type: 'worker',
      significant: false,
      modules: [],
    });
  });

  test('a supervisor has all the time that it needs', () => {
    expect(checkChildSpec({ id: 1, start, type: 'supervisor' }, 'never')).toHaveProperty(
      'shutdown',
      'infinity',
    );
    expect(checkDynamicChildSpec({ id: 1, start, type: 'supervisor' })).toHaveProperty(
      'shutdown',
      'infinity',
    );
  });

  test('undefined is a value for an id', () => {
    expect(checkChildSpec({ id: undefined, start }, 'never')).toBeInstanceOf(CheckedSpec);
  });
});

const refused: [spec: unknown, statically: ChildSpecFailure, sentence: string][] = [
  [5, { kind: 'invalid_child_spec', value: 5 }, 'expected a child spec with id and start, got 5'],
  [null, { kind: 'invalid_child_spec', value: null }, 'expected a child spec with id and start, got null'],
  [{}, { kind: 'missing_id' }, 'the child spec has no id'],
  [{ id: 1 }, { kind: 'missing_start' }, 'the child spec has no start function'],
  [{ id: 1, start: 'x' }, { kind: 'invalid_mfa', value: 'x' }, 'start: expected a function, got "x"'],
  [
    { id: 1, start, restart: 'often' },
    { kind: 'invalid_restart_type', value: 'often' },
    `restart: expected 'permanent', 'transient' or 'temporary', got "often"`,
  ],
  [
    { id: 1, start, type: 'boss' },
    { kind: 'invalid_child_type', value: 'boss' },
    `type: expected 'worker' or 'supervisor', got "boss"`,
  ],
  [
    { id: 1, start, shutdown: -1 },
    { kind: 'invalid_shutdown', value: -1 },
    `shutdown: expected whole milliseconds, 'infinity' or 'brutal_kill', got -1`,
  ],
  [
    { id: 1, start, shutdown: Number.POSITIVE_INFINITY },
    { kind: 'invalid_shutdown', value: Number.POSITIVE_INFINITY },
    `shutdown: expected whole milliseconds, 'infinity' or 'brutal_kill', got Infinity`,
  ],
  [
    { id: 1, start, modules: 'x' },
    { kind: 'invalid_modules', value: 'x' },
    `modules: expected a list of names or 'dynamic', got "x"`,
  ],
  [
    { id: 1, start, modules: ['x', 5] },
    { kind: 'invalid_module', value: 5 },
    'modules: expected texts in the list, got 5',
  ],
  [
    { id: 1, start, significant: 1 },
    { kind: 'invalid_significant', value: 1 },
    'significant: expected true or false, got 1',
  ],
  [
    { id: 1, start, significant: true, restart: 'transient' },
    { kind: 'bad_combination', options: { autoShutdown: 'never', significant: true } },
    `these don't go together: autoShutdown "never" and significant true`,
  ],
];

test.each(refused)('the spec %p is refused: %p', (spec, failure, sentence) => {
  const checked = checkChildSpec(spec, 'never') as ChildSpecFailure;
  expect(checked).toEqual(failure);
  expect(describeSupervisionFailure(checked)).toBe(sentence);
});

test('a permanent child can not be significant', () => {
  expect(checkChildSpec({ id: 1, start, significant: true }, 'any_significant')).toEqual({
    kind: 'bad_combination',
    options: { restart: 'permanent', significant: true },
  });
  expect(
    checkChildSpec({ id: 1, start, significant: true, restart: 'temporary' }, 'any_significant'),
  ).toHaveProperty('significant', true);
});

test('the first thing that is wrong is named, in the order that OTP checks in', () => {
  expect(checkChildSpec({ id: 1, start, shutdown: -1, restart: 'often' }, 'never')).toHaveProperty(
    'kind',
    'invalid_restart_type',
  );
});

describe('a dynamic supervisor', () => {
  test.each([[{}], [{ id: 1 }], [{ start }], [5]])('refuses the incomplete spec %p as a whole', (spec) => {
    expect(checkDynamicChildSpec(spec)).toEqual({ kind: 'invalid_child_spec', value: spec });
  });

  test('refuses a shutdown of 0 ms, which a static supervisor allows', () => {
    const spec = { id: 1, start, shutdown: 0 };
    expect(checkDynamicChildSpec(spec)).toEqual({ kind: 'invalid_shutdown', value: 0 });
    expect(checkDynamicChildSpec({ ...spec, shutdown: 1 })).toHaveProperty('shutdown', 1);
    expect(checkChildSpec(spec, 'never')).toHaveProperty('shutdown', 0);
  });

  test('has no significant children', () => {
    expect(checkDynamicChildSpec({ id: 1, start, significant: true })).toHaveProperty('significant', false);
  });
});
