import fc from 'fast-check';
import type { Json, JsonObject } from '../conformance/terms.js';
import {
  among,
  type LiveProgram,
  op,
  pid,
  plainTerm,
  programOf,
  reason,
  sequence,
  weighted,
  withSome,
} from './arbitraries.js';

const children = ['a', 'b', 'c'];
const label = among(...children);
const child: fc.Arbitrary<Json> = label.map(pid);

const startBehaviour = weighted<Json>(
  [8, fc.constant(['ok'])],
  [1, fc.constant(['ignore'])],
  [1, reason.map((why) => ['error', why])],
  [1, fc.constant(['raise', 'oops'])],
  [1, plainTerm.map((term) => ['throw', term])],
  [1, reason.map((why) => ['exit', why])],
  [1, plainTerm.map((term) => ['raw', term])],
  [1, fc.constant(['ok_extra', ':more'])],
  [1, reason.map((why) => ['init', [['return', ['stop', why]]]])],
  [1, fc.constant(['init', [['raise', 'in init']]])],
  [1, fc.constant(['init', [['return', ['ignore']]]])],
);

const restart = among(':permanent', ':transient', ':temporary');
const shutdown = among<Json>(':brutal_kill', ':infinity', 300, 5000);
const terminate = among<Json>(
  [],
  [['log', ':bye']],
  [['sleep', 100]],
  [['raise', 'late']],
  [['exit', ':late']],
);

const template = withSome(
  {},
  {
    restart,
    shutdown,
    trap: fc.boolean(),
    terminate,
    starts: fc.array(
      weighted<Json>([9, startBehaviour], [1, startBehaviour.map((then) => ['sleep', 60, then])]),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    name: among(':worker1', ':worker2'),
    init: among<Json>([], [['append', 1]], [['return', ['ok', { continue: [['log', ':on']] }]]]),
    type: among(':worker', ':supervisor'),
  },
);
/** What a significant child may have. */
const lasting = among(':transient', ':temporary');
const significant = withSome(
  {},
  { restart: lasting, significant: fc.boolean(), shutdown, trap: fc.boolean() },
);

const budget = { max_restarts: among(0, 1, 2, 5), max_seconds: among(1, 5, 5, 5) };

/** A child that is a supervisor itself, of workers `d` and `e` or of none. */
const nestedSupervisor = (fields: { readonly [field: string]: fc.Arbitrary<Json> }) =>
  withSome(
    { kind: fc.constant('supervisor'), children: among<Json>([], ['d'], ['d', 'e']) },
    {
      shutdown,
      ...fields,
      options: withSome(
        { strategy: among(':one_for_one', ':one_for_all', ':rest_for_one'), ...budget },
        { auto_shutdown: among(':any_significant', ':all_significant') },
      ),
    },
  );
const nestedDynamic = withSome(
  { kind: fc.constant('dynamic_supervisor') },
  { restart, type: among(':supervisor'), options: withSome({ strategy: among(':one_for_one') }) },
);

/** Children of the supervisor among the children. */
const grandchildren = ['d', 'e'];
const templates = (
  one: fc.Arbitrary<JsonObject>,
  nested: fc.Arbitrary<JsonObject>,
): fc.Arbitrary<JsonObject> =>
  fc
    .record(
      Object.fromEntries([
        ...[...children, ...grandchildren].map((name) => [name, one] as const),
        ['c', fc.oneof(one, one, nested)] as const,
      ]),
    )
    .map((all) => ({ children: all as JsonObject }));

const harm = weighted<JsonObject>(
  [5, op('exit', { to: child, reason })],
  [1, op('exit', { to: among(...[...grandchildren, 'sup'].map(pid)), reason })],
  [1, op('call', { to: child, msg: plainTerm, timeout: fc.constant(1000) })],
  [1, op('links', { of: fc.constant(pid('sup')) })],
  [
    1,
    op('cast', {
      to: child,
      script: among<Json>([['raise', 'oops']], [['return', ['stop', ':normal']]], [['exit', ':odd']]),
    }),
  ],
  [1, op('stop', { to: child, reason, timeout: fc.constant(2000) })],
  [1, op('wait', { ms: among(150, 400) })],
);

const sup = { sup: fc.constant(pid('sup')) };
const rawSpec = weighted<Json>(
  [1, among<Json>({ m: [] }, 5, ':nope', { t: [':a', ':b'] }, { m: [[':id', 1]] })],
  [
    3,
    fc
      .record(
        {
          id: fc.constant<Json>(7),
          start: among<Json>({ t: [':M', ':f', []] }, { t: [':M', ':f', 5] }, 3, { t: [':M', ':f'] }),
          restart: among<Json>(':temporary', ':often'),
          shutdown: among<Json>(0, 100, ':infinity', -5, ':never'),
          type: among<Json>(':worker', ':boss'),
          significant: among<Json>(true, false, 1),
          modules: among<Json>([], ':dynamic', 4, [1]),
        },
        { requiredKeys: [] },
      )
      .map((fields) => ({ m: Object.entries(fields).map(([key, value]) => [`:${key}`, value]) }) as Json),
  ],
  [1, among<Json>({ t: [':old', { t: [':M', ':f', []] }, ':temporary', 5, ':worker', []] })],
);

const staticUse = weighted<JsonObject>(
  [1, op('sup_start_child', { ...sup, spec: rawSpec })],
  [6, harm],
  [3, op('sup_start_child', { ...sup, child: label })],
  [3, op('sup_terminate_child', { ...sup, id: label.map((name) => `:${name}`) })],
  [3, op('sup_restart_child', { ...sup, id: label.map((name) => `:${name}`) })],
  [2, op('sup_delete_child', { ...sup, id: label.map((name) => `:${name}`) })],
  [3, op('sup_which_children', sup)],
  [2, op('sup_count_children', sup)],
);
const stopSupervisor = fc
  .option(op('stop', { to: sup.sup, reason }), { freq: 2 })
  .map((one) => (one === null ? [] : [one]));

const staticStart = (autoShutdown: fc.Arbitrary<Json>) =>
  op('sup_start', {
    as: fc.constant('sup'),
    options: withSome({
      strategy: among(':one_for_one', ':one_for_all', ':rest_for_one'),
      auto_shutdown: autoShutdown,
      ...budget,
    }),
    children: fc.subarray(children, { minLength: 1 }) as fc.Arbitrary<Json>,
  }).map((one) => [one]);

/** Static supervisors. */
export const supervisorPrograms: fc.Arbitrary<LiveProgram> = fc.oneof(
  programOf(
    'supervisor',
    'observer',
    sequence(
      staticStart(among(':never')),
      fc.array(staticUse, { minLength: 2, maxLength: 8 }),
      stopSupervisor,
    ),
    templates(template, fc.oneof(nestedSupervisor({ restart }), nestedDynamic)),
  ),
  programOf(
    'supervisor',
    'observer',
    sequence(
      staticStart(among(':any_significant', ':all_significant')),
      fc.array(staticUse, { minLength: 2, maxLength: 8 }),
    ),
    templates(significant, nestedSupervisor({ restart: lasting, significant: fc.boolean() })),
  ),
);

const dynamicUse = weighted<JsonObject>(
  [1, op('ds_start_child', { ...sup, spec: rawSpec })],
  [5, op('ds_start_child', { ...sup, child: label }, { as: among('x', 'y') })],
  [5, harm],
  [3, op('ds_terminate_child', { ...sup, child: among(...[...children, 'x', 'y', 'main'].map(pid)) })],
  [3, op('ds_which_children', sup)],
  [2, op('ds_count_children', sup)],
);

/** Dynamic supervisors. */
export const dynamicSupervisorPrograms: fc.Arbitrary<LiveProgram> = programOf(
  'dynamic_supervisor',
  'observer',
  sequence(
    op('ds_start', {
      as: fc.constant('sup'),
      options: withSome(
        { strategy: fc.constant(':one_for_one'), ...budget },
        { max_children: among(1, 2), extra_arguments: among<Json>([], [':e1'], [':e1', 2]) },
      ),
    }).map((one) => [one]),
    fc.array(dynamicUse, { minLength: 3, maxLength: 10 }),
    stopSupervisor,
  ),
  templates(template, fc.oneof(nestedSupervisor({ restart }), nestedDynamic)),
);
