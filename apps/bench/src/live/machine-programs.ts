import fc from 'fast-check';
import type { Json, JsonObject } from '../conformance/terms.js';
import {
  among,
  type LiveProgram,
  op,
  pid,
  programOf,
  reason,
  sequence,
  weighted,
  withSome,
} from './arbitraries.js';

const states = ['a', 'b', 'c'];
const state = among(...states);
const content = among<Json>(':go', ':stay', { t: [':go', 1] }, 5);
const afterMs = among<Json>(0, 170, 390, 'infinity');

const word = (name: string, ...args: readonly fc.Arbitrary<Json>[]): fc.Arbitrary<Json> =>
  fc.tuple(...args).map((list) => [name, ...list] as Json);

const timeouts: readonly (readonly [number, fc.Arbitrary<Json>])[] = [
  [2, word('state_timeout', afterMs, content)],
  [1, word('state_timeout_cancel')],
  [1, word('state_timeout_update', content)],
  [2, word('timeout', afterMs, content)],
  [1, word('timeout_cancel')],
  [2, word('named_timeout', among('t1', 't2'), afterMs, content)],
  [1, word('named_timeout_cancel', among('t1', 't2'))],
  [1, word('named_timeout_update', among('t1', 't2'), content)],
  [1, word('reply_saved', content)],
  [1, word('hibernate')],
];
const enterAction = weighted<Json>(...timeouts);
const action = weighted<Json>(
  ...timeouts,
  [3, word('postpone')],
  [3, word('next_event', among('internal', 'cast', 'info'), content)],
);
const callAction = weighted<Json>([3, action], [2, word('reply', content)], [1, word('reply_data')]);

const result = weighted<Json>(
  [4, word('keep')],
  [5, word('next', state)],
  [1, word('repeat')],
  [1, word('stop', reason)],
);
const anyResult = weighted<Json>(
  [14, result],
  [1, word('raw', among<Json>(':keep_state_and_data', ':repeat_state_and_data', ':junk', ':stop'))],
);

const rule = (actions: fc.Arbitrary<Json>, ret: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> =>
  weighted(
    [
      12,
      withSome(
        {},
        { append: content, actions: fc.array(actions, { maxLength: 3 }) as fc.Arbitrary<Json>, ret },
      ),
    ],
    [1, fc.constant({ raise: 'oops' })],
    [1, fc.constant({ throw: ':ball' })],
    [1, withSome({ exit: reason })],
  );

const table = fc.record(
  {
    'call/go': rule(callAction, anyResult),
    'call/*': fc.oneof(rule(callAction, result), fc.constant({ save_from: true } as JsonObject)),
    'cast/go': rule(action, anyResult),
    'cast/*': rule(action, result),
    'info/go': rule(action, result),
    'internal/*': rule(enterAction, result),
    'state_timeout/*': rule(enterAction, result),
    'timeout/*': rule(enterAction, result),
    'timeout:t1/*': rule(enterAction, result),
    enter: rule(enterAction, weighted<Json>([6, word('keep')], [1, word('stop', reason)])),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

const machine = withSome(
  {
    init: weighted<Json>(
      [8, word('ok', state)],
      [3, fc.tuple(state, fc.array(enterAction, { maxLength: 2 })).map(([name, list]) => ['ok', name, list])],
      [1, word('ignore')],
      [1, word('stop', reason)],
      [1, word('raise', among('in init'))],
    ),
    states: fc.record(Object.fromEntries(states.map((name) => [name, table]))) as fc.Arbitrary<Json>,
  },
  { enter: fc.boolean(), trap: fc.boolean(), any: table },
);

const m = { to: fc.constant(pid('m')) };
const use = weighted<JsonObject>(
  [4, op('sm_cast', { ...m, msg: content })],
  [3, op('sm_call', { ...m, msg: content, timeout: fc.constant(900) })],
  [3, op('sm_call_async', { as: among('c1', 'c2'), ...m, msg: content, timeout: fc.constant(2900) })],
  [2, op('send', { ...m, msg: content })],
  [2, op('wait', { ms: among(250, 600) })],
  [1, op('exit', { ...m, reason })],
  [1, op('sm_stop', { ...m, reason })],
);

/** Table-driven state machines. */
export const machinePrograms: fc.Arbitrary<LiveProgram> = programOf(
  'statem',
  'observer',
  sequence(
    op('sm_start', { as: fc.constant('m'), machine: fc.constant('m') }, { link: fc.boolean() }).map((one) => [
      one,
    ]),
    fc.array(use, { minLength: 2, maxLength: 8 }),
  ),
  machine.map((one) => ({ machines: { m: one } })),
);
