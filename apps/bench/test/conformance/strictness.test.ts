import { expect, test } from '@jest/globals';
import { compareTraces } from '../../src/conformance/compare.js';
import { InvalidProgram } from '../../src/conformance/elixir-errors.js';
import { runProgram } from '../../src/conformance/run-program.js';
import type { Json } from '../../src/conformance/terms.js';

const spawned = { op: 'spawn', as: 'p' };
const started = { op: 'start', as: 's' };
const toServer = (step: Json): Json => ({
  ops: [started, { op: 'cast', to: { pid: 's' }, script: [step] }],
});

test.each<[string, Json]>([
  ['an op', { ops: [{ op: 'teleport', as: 'p' }] }],
  ['a field of an op', { ops: [{ ...spawned, colour: 'red' }] }],
  ['a field of the program', { ops: [], speed: 2 }],
  ['an order', { ops: [], order: 'random' }],
  ['a step', toServer(['dance'])],
  ['a step with too few arguments', toServer(['send', ':x'])],
  ['a step inside a step', toServer(['cast_self', [['dance']]])],
  ['a return', toServer(['return', ['perhaps']])],
  ['a return option', toServer(['return', ['noreply', { later: true }]])],
  ['a kind of term', { ops: [{ op: 'send', to: { fun: 1 }, msg: ':x' }] }],
  ['a term that is no integer', { ops: [{ op: 'send', to: 1.5, msg: ':x' }] }],
  ['a behaviour of a child', { ops: [], children: { c: { starts: [['explode']] } } }],
  ['a field of a child', { ops: [], children: { c: { colour: 'red' } } }],
  ['a kind of child', { ops: [], children: { c: { kind: 'factory' } } }],
  ['a field of a machine', { ops: [], machines: { m: { init: ['ok', 'a'], colour: 'red' } } }],
  ['an action', { ops: [], machines: { m: { init: ['ok', 'a'], any: { '*': { actions: [['jump']] } } } } }],
  [
    'a result of a rule',
    { ops: [], machines: { m: { init: ['ok', 'a'], any: { '*': { ret: ['jump'] } } } } },
  ],
  ['an option of a supervisor', { ops: [{ op: 'ds_start', as: 'd', options: { colour: 'red' } }] }],
  ['a child template', { ops: [{ op: 'sup_start', as: 's', options: {}, children: ['nobody'] }] }],
  ['a machine', { ops: [{ op: 'sm_start', as: 'm', machine: 'none' }] }],
])('a program with %s that the format does not know is refused before it runs', async (_what, program) => {
  await expect(runProgram(program)).rejects.toThrow(InvalidProgram);
});

test.each<[string, Json]>([
  [
    'a registry function',
    {
      ops: [
        { op: 'reg_start', as: 'r', name: ':R', keys: ':unique' },
        { op: 'reg', registry: ':R', fn: 'shuffle' },
      ],
    },
  ],
  ['a return of another callback', toServer(['return', ['reply_data']])],
])('a program that turns out to have %s is refused when it comes to it', async (_what, program) => {
  await expect(runProgram(program)).rejects.toThrow(InvalidProgram);
});

test('an op that can never end is a failure, not a hang', async () => {
  const program = {
    ops: [
      { ...started, terminate: [['hang']] },
      { op: 'stop', to: { pid: 's' }, reason: ':x' },
    ],
  };
  await expect(runProgram(program)).rejects.toThrow(/never ends/);
});

test('a difference names the op, the place, what was expected and what came', () => {
  const got = [{ op: 'spawn', result: { pid: 'q' }, events: [{ at: 'a', ev: 'msg' }] }];
  const expected = [{ op: 'spawn', result: { pid: 'p' }, events: [] }];
  expect(compareTraces([spawned], expected, got)).toEqual([
    { number: 1, op: spawned, where: 'result', expected: { pid: 'p' }, got: { pid: 'q' } },
    { number: 1, op: spawned, where: 'events[0]', expected: undefined, got: { at: 'a', ev: 'msg' } },
  ]);
});

test('a trace that is too short or too long differs', () => {
  const entry = { op: 'spawn', result: null, events: [] };
  expect(compareTraces([], [entry], [])).toHaveLength(1);
  expect(compareTraces([], [], [entry])).toHaveLength(1);
});

test('the order of keys does not matter', () => {
  const expected = [{ result: { b: 1, a: { d: 2, c: 3 } }, op: 'x', events: [] }];
  const got = [{ op: 'x', events: [], result: { a: { c: 3, d: 2 }, b: 1 } }];
  expect(compareTraces([], expected, got)).toEqual([]);
});
