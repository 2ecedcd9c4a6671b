import { describe, expect, test } from '@jest/globals';
import type { AnyAction } from '../../src/behaviours/state-machine/actions.js';
import { actions } from '../../src/behaviours/state-machine/actions.js';
import { decide } from '../../src/behaviours/state-machine/decide.js';
import {
  type Decision,
  type Effect,
  type Engine,
  newEngine,
} from '../../src/behaviours/state-machine/engine.js';
import { items } from '../../src/behaviours/state-machine/event-queue.js';
import {
  type AnyEvent,
  eventTimer,
  stateTimer,
  type TimerKey,
} from '../../src/behaviours/state-machine/events.js';
import {
  keepState,
  nextState,
  repeatState,
  stopWithReplies,
} from '../../src/behaviours/state-machine/results.js';
import { stop } from '../../src/index.js';
import { PendingCall } from '../../src/process/pending-call.js';

const state = (name: string): { readonly name: string } => ({ name });
const a = state('a');
const b = state('b');
const from: PendingCall = Object.create(PendingCall.prototype);
function cast(content: unknown): AnyEvent {
  return { type: 'cast', content };
}
function fault(what: Extract<Effect, { type: 'fault' }>['fault'], where = a): Effect {
  return { type: 'fault', fault: what, state: where };
}
function answer(result: unknown, running: readonly TimerKey[] = []): Decision {
  return after(newEngine(a, false), [[cast('go'), result]], running);
}
/** Hands in each event and the result of its callback; the effects are those of the last result. */
function after(
  engine: Engine,
  steps: readonly (readonly [AnyEvent, unknown])[],
  running: readonly TimerKey[] = [],
): Decision {
  const timers = new Set(running);
  let decision: Decision = [engine, []];
  for (const [event, result] of steps) {
    const [taken] = decide(decision[0], { type: 'arrived', event }, timers);
    decision = decide(taken, { type: 'returned', result }, timers);
  }
  return decision;
}

describe('decide: what follows from a result', () => {
  const zeroIsNext = { type: 'invoke', state: a, event: { type: 'state_timeout', content: 'now' } } as const;
  test.each<[string, unknown, unknown]>([
    ['keepState waits for the next message', keepState(), []],
    ['nextState with the same name is keepState', nextState(state('a')), []],
    ['a reply goes out', keepState(undefined, [actions.reply(from, 1)]), [{ type: 'reply', from, value: 1 }]],
    [
      'a state timeout starts its timer',
      keepState(undefined, [actions.stateTimeout(50, 'late')]),
      [{ type: 'start_timer', key: stateTimer, afterMs: 50, content: 'late' }],
    ],
    [
      'of two timeouts of a kind the last one counts',
      keepState(undefined, [actions.stateTimeout(50), actions.stateTimeout(60)]),
      [{ type: 'start_timer', key: stateTimer, afterMs: 60, content: undefined }],
    ],
    [
      'a timeout of 0 ms is the next event when none waits',
      keepState(undefined, [actions.stateTimeout(0, 'now')]),
      [zeroIsNext],
    ],
    [
      'an inserted event comes before a timeout of 0 ms',
      keepState(undefined, [actions.stateTimeout(0, 'now'), actions.internal('first')]),
      [{ type: 'invoke', state: a, event: { type: 'internal', content: 'first' } }],
    ],
    [
      'an update of a timeout that does not run is a timeout of 0 ms',
      keepState(undefined, [actions.updateStateTimeout('now')]),
      [zeroIsNext],
    ],
    [
      'a cancelled timeout that does not run is nothing',
      keepState(undefined, [actions.cancelNamedTimeout('x')]),
      [],
    ],
    ['a timeout after Infinity ms is never', keepState(undefined, [actions.stateTimeout(Infinity)]), []],
    ['stop stops', stop('done'), [{ type: 'stop', reason: 'done', state: a }]],
    [
      'stop may bring new data',
      stop('done', { name: 'a', n: 1 }),
      [{ type: 'stop', reason: 'done', state: { ...a, n: 1 } }],
    ],
    [
      'stopWithReplies answers first',
      stopWithReplies('done', [actions.reply(from, 1)]),
      [
        { type: 'reply', from, value: 1 },
        { type: 'stop', reason: 'done', state: a },
      ],
    ],
  ])('%s', (_rule, result, effects) => {
    expect(answer(result)[1]).toEqual(effects);
  });
});

describe('decide: what is not a result', () => {
  const badAction = { type: 'stateTimeout', afterMs: 5 } as unknown as AnyAction;
  test.each<[string, unknown, Effect]>([
    ['a value', 'junk', fault({ kind: 'bad_return_from_state_function', value: 'junk' })],
    [
      'keepState with another state',
      keepState(b),
      fault({ kind: 'bad_return_from_state_function', value: keepState(b) }),
    ],
    [
      'an unknown action',
      nextState(b, [badAction]),
      fault({ kind: 'bad_action_from_state_function', action: badAction }, b),
    ],
    [
      'a timeout of -1 ms',
      keepState(undefined, [actions.stateTimeout(-1)]),
      fault({ kind: 'bad_action_from_state_function', action: actions.stateTimeout(-1) }),
    ],
    [
      'a timeout of NaN ms',
      keepState(undefined, [actions.eventTimeout(Number.NaN)]),
      fault({ kind: 'bad_action_from_state_function', action: actions.eventTimeout(Number.NaN) }),
    ],
    [
      'a reply to nobody',
      keepState(undefined, [actions.reply({}, 1)]),
      fault({ kind: 'bad_action_from_state_function', action: actions.reply({}, 1) }),
    ],
    [
      'a stopWithReplies with something else',
      stopWithReplies('done', [actions.postpone() as never]),
      fault({ kind: 'bad_reply_action_from_state_function', action: actions.postpone() }),
    ],
  ])('%s ends the machine with a fault', (_what, result, effect) => {
    expect(answer(result)[1]).toEqual([effect]);
  });

  test('replies before a bad action have gone out', () => {
    const [, effects] = answer(keepState(undefined, [actions.reply(from, 1), actions.stateTimeout(-1)]));

    expect(effects.map(({ type }) => type)).toEqual(['reply', 'fault']);
  });
});

describe('decide: postponed events', () => {
  test('come again, oldest first, when the state changes, after inserted events and before messages', () => {
    const [engine] = after(newEngine(a, false), [
      [cast(1), keepState(undefined, [actions.postpone()])],
      [cast(2), keepState(undefined, [actions.postpone()])],
    ]);
    const [changed] = after(engine, [[cast('go'), nextState(b, [actions.internal('inserted')])]]);

    expect(changed.step?.event).toEqual({ type: 'internal', content: 'inserted' });
    expect([...items(changed.queue)]).toEqual([cast(1), cast(2)]);
    expect(changed.postponed).toBeUndefined();
  });

  test.each([
    ['keepState', keepState()],
    ['repeatState', repeatState()],
    ['nextState with the same name', nextState(state('a'))],
  ])('stay where they are on %s', (_what, result) => {
    const [engine] = after(newEngine(a, false), [
      [cast(1), keepState(undefined, [actions.postpone()])],
      [cast(2), result],
    ]);

    expect([...items(engine.postponed)]).toEqual([cast(1)]);
    expect(engine.step).toBeUndefined();
  });

  test('an event that is postponed on a change of state comes again at once', () => {
    const [engine] = after(newEngine(a, false), [[cast(1), nextState(b, [actions.postpone()])]]);

    expect(engine.step?.event).toEqual(cast(1));
    expect(engine.step?.state).toBe(b);
  });

  test('the last postpone action counts', () => {
    const result = keepState(undefined, [actions.postpone(), actions.postpone(false)]);

    expect(answer(result)[0].postponed).toBeUndefined();
  });
});

describe('decide: running timers', () => {
  test.each<[string, unknown, readonly TimerKey[], readonly TimerKey[]]>([
    ['any event cancels the event timeout', keepState(), [eventTimer, stateTimer, 'x'], [eventTimer]],
    [
      'a change of state cancels the state timeout too',
      nextState(b),
      [eventTimer, stateTimer, 'x'],
      [eventTimer, stateTimer],
    ],
    ['repeatState leaves the state timeout', repeatState(), [stateTimer], []],
    [
      'only an action cancels a generic timeout',
      keepState(undefined, [actions.cancelNamedTimeout('x')]),
      ['x', 'y'],
      ['x'],
    ],
    ['Infinity cancels', keepState(undefined, [actions.namedTimeout('x', Infinity)]), ['x'], ['x']],
    ['0 ms replaces a running timer', keepState(undefined, [actions.namedTimeout('x', 0)]), ['x'], ['x']],
  ])('%s', (_rule, result, running, cancelled) => {
    const [, effects] = answer(result, running);

    expect(effects.flatMap((one) => (one.type === 'cancel_timer' ? [one.key] : []))).toEqual(cancelled);
  });

  test('an update reaches a running timer', () => {
    const [, effects] = answer(keepState(undefined, [actions.updateNamedTimeout('x', 'new')]), ['x']);

    expect(effects).toEqual([{ type: 'update_timer', key: 'x', content: 'new' }]);
  });

  test('an update on a change of state finds the state timeout cancelled: it comes at once', () => {
    const [, effects] = answer(nextState(b, [actions.updateStateTimeout('new')]), [stateTimer]);

    expect(effects.at(-1)).toEqual({
      type: 'invoke',
      state: b,
      event: { type: 'state_timeout', content: 'new' },
    });
  });

  test('a real timeout takes the place of one of 0 ms that still waits', () => {
    const zero = { ...newEngine(a, false), zeroTimeouts: [{ key: 'x', content: 0 }] };
    const [engine, effects] = after(zero, [
      [cast(1), keepState(undefined, [actions.namedTimeout('x', 10, 'later')])],
    ]);

    expect(engine.zeroTimeouts).toEqual([]);
    expect(effects).toEqual([{ type: 'start_timer', key: 'x', afterMs: 10, content: 'later' }]);
  });
});

describe('decide: enter calls', () => {
  const entering = newEngine(a, true);
  test.each<[string, unknown, 'called' | 'not called']>([
    ['a change of state', nextState(b), 'called'],
    ['repeatState', repeatState(), 'called'],
    ['keepState', keepState(), 'not called'],
    ['nextState with the same name', nextState(a), 'not called'],
  ])('%s: enter is %s', (_what, result, outcome) => {
    const [, effects] = after(entering, [[cast(1), result]]);

    expect(effects.some((one) => one.type === 'invoke' && one.event.type === 'enter')).toBe(
      outcome === 'called',
    );
  });

  test('the first state is entered, with itself as the state before', () => {
    const [, effects] = decide(entering, { type: 'started', actions: [] }, new Set<TimerKey>());

    expect(effects).toEqual([{ type: 'invoke', state: a, event: { type: 'enter', previous: a } }]);
  });

  test.each<[string, unknown, Effect]>([
    [
      'go to another state',
      nextState(a),
      fault({ kind: 'bad_state_enter_return_from_state_function', value: nextState(a) }, b),
    ],
    [
      'postpone',
      keepState(undefined, [actions.postpone()]),
      fault({ kind: 'bad_state_enter_action_from_state_function', action: actions.postpone() }, b),
    ],
    [
      'insert an event',
      keepState(undefined, [actions.internal(1)]),
      fault({ kind: 'bad_state_enter_action_from_state_function', action: actions.internal(1) }, b),
    ],
  ])('may not %s', (_what, result, effect) => {
    const [entered] = after(entering, [[cast(1), nextState(b)]]);

    expect(decide(entered, { type: 'returned', result }, new Set<TimerKey>())[1]).toEqual([effect]);
  });
});

test('deciding about one event costs the same however many are postponed', () => {
  let engine = newEngine(a, false);
  const take = (count: number) => {
    const start = performance.now();
    for (let i = 0; i < count; i++)
      [engine] = after(engine, [[cast(i), keepState(undefined, [actions.postpone()])]]);
    return performance.now() - start;
  };
  take(20_000);
  const few = take(20_000);
  take(60_000);

  expect(take(20_000)).toBeLessThan(few * 8 + 20);
});
