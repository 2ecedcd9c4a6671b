import fc from 'fast-check';
import type { Json, JsonObject } from '../conformance/terms.js';
import { among, type LiveProgram, op, pid, programOf, reason, sequence, weighted } from './arbitraries.js';

const actors = ['p1', 'p2', 'p3'];
const by = { by: among(...actors, 'main') };
const key = among<Json>(':k1', ':k2', 'k1', 3, { t: [':k', 1] });
const value = among<Json>(1, 2, ':v', 'v', { t: [':v', 1] }, { t: [':v', 2] }, null, [1]);
const pattern = among<Json>(
  ':_',
  ':$1',
  1,
  ':v',
  { t: [':v', ':_'] },
  { t: [':v', ':$1'] },
  { t: [':$1', ':$1'] },
);
const guards = among<Json>([], [{ t: [':>', ':$1', 1] }], [{ t: [':is_integer', ':$1'] }]);
const owner: fc.Arbitrary<Json> = among(...[...actors, 'main'].map(pid));

const call = (fn: string, args: readonly fc.Arbitrary<Json>[], more: object = {}): fc.Arbitrary<JsonObject> =>
  op('reg', {
    registry: fc.constant(':Reg'),
    fn: fc.constant(fn),
    args: fc.tuple(...args) as unknown as fc.Arbitrary<Json>,
    ...more,
  });

const withGuards = (fn: string, more: object = {}): fc.Arbitrary<JsonObject> =>
  fc.oneof(
    call(fn, [key, pattern], more),
    call(fn, [key, fc.constant(':$1'), guards], more),
    call(fn, [key, fc.constant({ t: [':v', ':$1'] }), guards], more),
  );

const via: fc.Arbitrary<Json> = key.map((name) => ({ t: [':via', ':Registry', { t: [':Reg', name] }] }));

const use = weighted<JsonObject>(
  [9, call('register', [key, value], by)],
  [2, call('unregister', [key], by)],
  [2, call('lookup', [key])],
  [2, call('keys', [owner])],
  [1, call('values', [key, owner])],
  [1, call('count', [])],
  [2, withGuards('match')],
  [1, withGuards('count_match')],
  [2, withGuards('unregister_match', by)],
  [2, call('dispatch', [key])],
  [2, call('update_value', [key, fc.constant(5)], by)],
  [1, call('whereis_name', [key])],
  [1, call('register_name', [key], by)],
  [1, call('unregister_name', [key], by)],
  [1, call('via_send', [key, fc.constant(':hello')], by)],
  [1, call('put_meta', [among<Json>(':a', { t: [':a', 1] }, 5), value])],
  [1, call('meta', [among<Json>(':a', { t: [':a', 1] }, 5)])],
  [1, call('delete_meta', [among<Json>(':a', { t: [':a', 1] })])],
  [3, op('exit', { to: among(...actors.map(pid)), reason })],
  [1, op('stop', { to: fc.constant(':Reg'), reason, timeout: fc.constant(1000) })],
  [1, op('exit', { to: fc.constant(pid('reg')), reason })],
  [1, op('links', { of: owner })],
  [1, op('whereis', { name: via })],
  [1, op('start', { as: among('s1', 's2'), name: via, link: fc.constant(false) })],
  [1, op('call', { to: via, msg: fc.constant(':ping') })],
  [1, op('cast', { to: via, msg: fc.constant(':ping') })],
);

const listener = fc.constantFrom<readonly JsonObject[]>(
  [],
  [{ op: 'register_name', name: ':listener', pid: pid('p1') }],
);

const start = op(
  'reg_start',
  { as: fc.constant('reg'), name: fc.constant(':Reg'), keys: among(':unique', ':duplicate') },
  { partitions: among(1, 3), listeners: among<Json>([':listener']), by: among('main', 'p1') },
).map((one) => [one]);

/** Registries of both kinds. */
export const registryPrograms: fc.Arbitrary<LiveProgram> = programOf(
  'registry',
  'observer',
  sequence(
    fc.tuple(...actors.map((as) => op('spawn', { as: fc.constant(as) }, { trap: fc.boolean() }))),
    listener,
    start,
    fc.array(use, { minLength: 4, maxLength: 14 }),
  ),
);
