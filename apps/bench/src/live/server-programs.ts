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

// Times that stay 50 ms apart, also after a few of them have been added up.
const sleepMs = fc.constant(70);
const delayMs = fc.constant(190);
const callMs = among(420, 1000);
const idleMs = among(0, 560);

const servers = ['s1', 's2', 's3'];
const server: fc.Arbitrary<Json> = among(...servers.map(pid));
const actors = ['p1', 'p2'];
const anyone: fc.Arbitrary<Json> = among(...[...servers, ...actors, 'main'].map(pid));
/** Whom signals end: `main` has to stay. */
const victim: fc.Arbitrary<Json> = among(...[...servers, ...servers, ...actors].map(pid));

const step = (name: string, ...args: readonly fc.Arbitrary<Json>[]): fc.Arbitrary<Json> =>
  fc.tuple(...args).map((list) => [name, ...list] as Json);

/** Scripts that send exit signals to some of `victims`. */
const scriptsAgainst = (victims: fc.Arbitrary<Json>) =>
  fc.letrec<{ script: readonly Json[]; step: Json; returned: Json; option: Json }>((tie) => ({
    script: fc
      .tuple(fc.array(tie('step'), { maxLength: 3 }), fc.option(tie('returned'), { freq: 2 }))
      .map(([steps, returned]) => (returned === null ? steps : [...steps, ['return', returned] as Json])),
    option: weighted<Json>(
      [2, withSome({ timeout: idleMs })],
      [1, fc.constant({ hibernate: true })],
      [2, tie('script').map((script) => ({ continue: script }))],
    ),
    // Only what every callback may return, beside the callback's own.
    returned: weighted<Json>(
      [3, reason.map((why) => ['stop', why])],
      [1, plainTerm.map((term) => ['raw', term])],
    ),
    step: weighted<Json>(
      [4, step('log', plainTerm)],
      [3, step('log_data')],
      [4, step('append', plainTerm)],
      [2, step('sleep', sleepMs)],
      [2, step('trap', fc.boolean())],
      [2, step('reply_saved', plainTerm)],
      [2, step('info_self', tie('script'))],
      [2, step('cast_self', tie('script'))],
      [2, step('send_after', delayMs, tie('script'))],
      [2, step('send', anyone, plainTerm)],
      [1, step('raise', among('oops'))],
      [1, step('throw', plainTerm)],
      [1, step('exit', reason)],
      [2, step('exit_signal', victims, reason)],
      [2, step('link', anyone)],
      [2, step('monitor', server)],
      [1, step('call', server, tie('script'), callMs)],
      [2, step('try_call', server, tie('script'), callMs)],
      [2, step('cast', server, tie('script'))],
      [1, step('stop_call', server, reason, callMs)],
    ),
  }));

const { script } = scriptsAgainst(victim);
/** In `init` not against the starter: OTP takes its own signal for the end of the process that it starts. */
const { script: firstScript } = scriptsAgainst(server);

const option = weighted<Json>(
  [2, withSome({ timeout: idleMs })],
  [1, fc.constant({ hibernate: true })],
  [2, script.map((steps) => ({ continue: steps }) as Json)],
);

const ending = (
  steps: typeof script,
  ...returned: readonly fc.Arbitrary<Json>[]
): fc.Arbitrary<readonly Json[]> =>
  fc
    .tuple(steps, fc.option(fc.oneof(...returned), { freq: 3 }))
    .map(([list, ret]) => (ret === null ? list : [...list, ['return', ret]]));

const optional = (word: string, ...args: readonly fc.Arbitrary<Json>[]): fc.Arbitrary<Json> =>
  fc
    .tuple(fc.tuple(...args), fc.option(option))
    .map(([list, opt]) => (opt === null ? [word, ...list] : [word, ...list, opt]));

export const initScript = ending(firstScript, optional('ok'), fc.constant(['ignore']));
export const castScript = ending(script, optional('noreply'));
/** What answers at once must not answer again: in OTP the second answer may reach the caller as a message. */
export const callScript: fc.Arbitrary<readonly Json[]> = fc.oneof(
  {
    weight: 1,
    arbitrary: script.map((steps) => [['reply_now', ':early'], ...steps, ['return', ['noreply']]]),
  },
  { weight: 1, arbitrary: optional('noreply').map((ret) => [['save_from'], ['return', ret]]) },
  {
    weight: 2,
    arbitrary: ending(
      script,
      optional('reply', plainTerm),
      optional('noreply'),
      fc.constant(['reply_data']),
      fc.tuple(reason, plainTerm).map(([why, reply]) => ['stop', why, reply]),
    ),
  },
);

const onTable = fc.record(
  { timeout: script, EXIT: castScript, DOWN: castScript, hello: castScript },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

export const serverFields = {
  init: initScript as fc.Arbitrary<Json>,
  terminate: script as fc.Arbitrary<Json>,
  trap: fc.boolean(),
  on: onTable as fc.Arbitrary<Json>,
};

const starts = fc.tuple(
  op('spawn', { as: fc.constant('p1') }, { trap: fc.boolean() }),
  op('spawn', { as: fc.constant('p2') }, { trap: fc.boolean(), link: fc.boolean(), by: among('main', 'p1') }),
  ...servers.map((label, i) =>
    op(
      'start',
      { as: fc.constant(label) },
      {
        ...serverFields,
        link: fc.boolean(),
        name: among(':name1', ':name2'),
        by: among('main', ...actors),
        ...(i === 0 ? { timeout: fc.constant(300) } : {}),
      },
    ),
  ),
);

const to: fc.Arbitrary<Json> = weighted<Json>([8, server], [1, among<Json>(':name1', ':name2')]);

const use = weighted<JsonObject>(
  [4, op('call', { to, script: callScript, timeout: callMs }, { by: among('main', 'p1') })],
  [2, op('call_async', { as: among('c1', 'c2'), to, script: callScript, timeout: callMs })],
  [4, op('cast', { to, script: castScript })],
  [3, op('send', { to: server, script: castScript })],
  [1, op('call', { to, msg: plainTerm, timeout: callMs })],
  [1, op('cast', { to, msg: plainTerm })],
  [2, op('send', { to: server, msg: plainTerm })],
  [2, op('stop', { to, reason, timeout: callMs }, { by: among('main', 'p1') })],
  [3, op('exit', { to: victim, reason })],
  [2, op('wait', { ms: among(130, 650) })],
  [1, op('alive', { of: server })],
  [1, op('links', { of: server })],
  [1, op('whereis', { name: among(':name1', ':name2') })],
);

/** GenServers that do anything scripts can do. */
export const serverPrograms: fc.Arbitrary<LiveProgram> = programOf(
  'genserver',
  'observer',
  sequence(starts, fc.array(use, { minLength: 2, maxLength: 8 })),
);
