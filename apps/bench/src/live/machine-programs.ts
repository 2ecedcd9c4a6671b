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
const laterMs = among<Json>(170, 390, 'infinity');

const word = (name: string, ...args: readonly fc.Arbitrary<Json>[]): fc.Arbitrary<Json> =>
  fc.tuple(...args).map((list) => [name, ...list] as Json);

const named = among('t1', 't2');
/** Actions that can't keep a machine busy forever, whatever leads to them. */
const calm: readonly (readonly [number, fc.Arbitrary<Json>])[] = [
  [2, word('state_timeout', laterMs, content)],
  [1, word('state_timeout_cancel')],
  [2, word('timeout', laterMs, content)],
  [1, word('timeout_cancel')],
  [2, word('named_timeout', named, laterMs, content)],
  [1, word('named_timeout_cancel', named)],
  [1, word('reply_saved', content)],
  [1, word('hibernate')],
];
const calmAction = weighted<Json>(...calm);
/** Actions that lead to another event at once: only where an event from outside is handled. */
const action = weighted<Json>(
  ...calm,
  [1, word('state_timeout', fc.constant(0), content)],
  [1, word('timeout', fc.constant(0), content)],
  [1, word('named_timeout', named, fc.constant(0), content)],
  [1, word('state_timeout_update', content)],
  [1, word('named_timeout_update', named, content)],
  [3, word('next_event', fc.constant('internal'), content)],
);
/** Events of other kinds: only from calls, which none of those leads to. */
const nextEvent = word('next_event', among('cast', 'info', 'timeout', 'state_timeout'), content);
const callAction = weighted<Json>(
  [3, action],
  [1, nextEvent],
  [2, word('reply', content)],
  [1, word('reply_data')],
);

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

/** What a call may lead to besides. */
const callResult = weighted<Json>([9, anyResult], [1, word('stop_and_reply', reason)]);

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
const calmRule = rule(calmAction, result);
/** An event that is set aside in a state that it doesn't change, so that it can't go round in circles. */
const postponing = fc
  .array(calmAction, { maxLength: 2 })
  .map((list) => ({ actions: [...list, ['postpone']], ret: ['keep'] }) as JsonObject);

const table = fc.record(
  {
    'call/go': fc.oneof(rule(callAction, callResult), postponing),
    'call/*': fc.oneof(rule(callAction, result), fc.constant({ save_from: true } as JsonObject)),
    'cast/go': fc.oneof(rule(action, anyResult), postponing),
    'cast/*': rule(action, result),
    'info/go': fc.oneof(rule(action, result), postponing),
    'internal/*': calmRule,
    'state_timeout/*': calmRule,
    'timeout/*': calmRule,
    'timeout:t1/*': calmRule,
    enter: rule(calmAction, weighted<Json>([6, word('keep')], [1, word('stop', reason)])),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

const machine = withSome(
  {
    init: weighted<Json>(
      [8, word('ok', state)],
      [3, fc.tuple(state, fc.array(calmAction, { maxLength: 2 })).map(([name, list]) => ['ok', name, list])],
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
const tableMachines: fc.Arbitrary<LiveProgram> = programOf(
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

const e = { to: fc.constant(pid('e')) };
const request = among<Json>(
  ':get_state',
  ':reset',
  ':unknown',
  { t: [':add_chunks', ['a', 'b']] },
  { t: [':add_chunks', []] },
  { t: [':add_text', 'some  words here'] },
  { t: [':build_video', 'out', 'idx'] },
);
const useEncoder = weighted<JsonObject>(
  [8, op('sm_call', { ...e, msg: request, timeout: fc.constant(900) })],
  [3, op('sm_call_async', { as: among('c1', 'c2'), ...e, msg: request, timeout: fc.constant(2900) })],
  [1, op('sm_cast', { ...e, msg: among<Json>({ t: [':build_complete', { t: [':ok', 1] }] }, ':odd') })],
  [1, op('send', { ...e, msg: fc.constant(':odd') })],
  [1, op('exit', { ...e, reason })],
  [2, op('wait', { ms: fc.constant(500) })],
);

/** The encoder machine. */
const encoders: fc.Arbitrary<LiveProgram> = programOf(
  'statem',
  'observer',
  sequence(
    op('encoder_start', {
      as: fc.constant('e'),
      build: among<Json>(':ok', { t: [':error', ':disk_full'] }, { t: [':crash', ':oom'] }),
      build_ms: among(0, 200),
      index_name: among('memories'),
    }).map((one) => [one]),
    fc.array(useEncoder, { minLength: 3, maxLength: 9 }),
  ),
);

/** State machines. */
export const machinePrograms: fc.Arbitrary<LiveProgram> = fc.oneof(
  { weight: 5, arbitrary: tableMachines },
  { weight: 1, arbitrary: encoders },
);
