import { describe, expect, test } from '@jest/globals';
import { runProgram } from '../../src/conformance/run-program.js';
import type { Json, JsonObject } from '../../src/conformance/terms.js';
import { judge } from '../../src/live/judge.js';

const asleep: Json = [
  ['sleep', 70],
  ['log', 'awake'],
];
/** Servers that sleep 70 ms once they are up and then say so, and ops that take no time on our clock. */
const program: JsonObject = {
  order: 'observer',
  ops: [
    ...['s1', 's2'].map((as) => ({ op: 'start', as, init: [['return', ['ok', { continue: asleep }]]] })),
    ...Array.from({ length: 12 }, () => ({ op: 'whereis', name: ':nobody' })),
    { op: 'wait', ms: 650 },
  ] as Json,
};

/** A trace in which the servers say so in these entries, counted from 1. */
const traceWith = async (awake: { readonly s1: number; readonly s2: number }): Promise<JsonObject[]> => {
  const entries = (await runProgram(program)) as unknown as JsonObject[];
  return entries.map((entry, i) => {
    const events = (entry.events as readonly JsonObject[]).filter(({ ev }) => ev !== 'log');
    const said = (['s1', 's2'] as const).filter((at) => awake[at] === i + 1);
    return { ...entry, events: [...events, ...said.map((at) => ({ at, ev: 'log', tag: 'awake' }))] };
  });
};

describe('a program and what OTP did', () => {
  test('are the same when no time passes but what the ops take', async () => {
    expect(await judge(program, await traceWith({ s1: 15, s2: 15 }))).toEqual({ kind: 'same' });
  });

  test('race when a sleep ends between two ops at the pace at which the recorder looks', async () => {
    // What OTP recorded, where it passed 8 ms with each op.
    const verdict = await judge(program, await traceWith({ s1: 9, s2: 10 }));
    expect(verdict).toMatchObject({ kind: 'race', how: { settleMs: 8 } });
  });

  test.each<[string, { s1: number; s2: number }]>([
    ['sooner than at any pace of the recorder', { s1: 4, s2: 5 }],
    ['at ops that no single pace brings about', { s1: 8, s2: 13 }],
    ['in the wrong order', { s1: 10, s2: 9 }],
    ['never', { s1: 0, s2: 0 }],
  ])('differ when the sleeps end %s', async (_, awake) => {
    const verdict = await judge(program, await traceWith(awake));
    expect(verdict).toMatchObject({ kind: 'differs' });
  });

  test('differ when at the pace at which the sleeps end something else is not as in OTP', async () => {
    const trace = await traceWith({ s1: 9, s2: 10 });
    const falsified = trace.map((entry, i) => (i === 12 ? { ...entry, result: ':no' } : entry));
    expect(await judge(program, falsified)).toMatchObject({ kind: 'differs' });
  });

  test('differ where a program never ends on our side', async () => {
    const endless = {
      order: 'observer',
      ops: [{ op: 'start', as: 's1', init: [['hang']] }],
    };
    const verdict = await judge(endless, [{ op: 'start', result: ':ok', events: [] }]);
    expect(verdict).toMatchObject({ kind: 'differs', differences: [{ where: 'the program' }] });
  });
});
