import { describe, expect, test } from '@jest/globals';
import {
  actions,
  ExitMessage,
  type From,
  keepState,
  nextState,
  stop,
  UnhandledEventError,
} from '@memvisor/supervisor';
import type { BuildStats } from '../../src/build/job.js';
import { collect } from '../../src/encoder/collected.js';
import { blank, type EncoderState, type Purpose, snapshot } from '../../src/encoder/state.js';
import {
  building,
  collecting,
  completed,
  type EncoderEvent,
  failed,
  ready,
} from '../../src/encoder/transition.js';
import { checkConfig } from '../../src/index.js';

type Request = Extract<EncoderEvent, { type: 'call' }>['content'];
type Rule = readonly [state: EncoderState['name'], request: Request, result: unknown];

const from: From = {};
const call = (content: Request): EncoderEvent => ({ type: 'call', content, from });
const cancelled = { kind: 'cancelled' } as const;
const purpose: Purpose = {
  indexName: 'notes',
  config: checkConfig(),
  buildWith: async () => ({ ok: false, failure: cancelled }),
};
const item = { type: 'chunks', chunks: [{ text: 'one' }] } as const;
const collected = collect(undefined, item);
const paths = { outputPath: 'm.mp4', indexPath: 'm.mvx' };
const stats = { totalChunks: 1 } as BuildStats;
const states = {
  ready: blank(purpose),
  collecting: { ...purpose, name: 'collecting', collected },
  building: { ...purpose, ...paths, name: 'building', collected, from, build: undefined },
  completed: { ...purpose, ...paths, name: 'completed', collected, stats },
  error: { ...purpose, ...paths, name: 'error', collected, error: cancelled },
} as const satisfies { [Name in EncoderState['name']]: EncoderState };

const ok = { ok: true, value: undefined };
const no = (kind: string) => keepState(undefined, [actions.reply(from, { ok: false, failure: { kind } })]);
const shown = (state: EncoderState) => keepState(undefined, [actions.reply(from, snapshot(state))]);
const blanked = nextState(blank(purpose), [actions.reply(from, ok)]);
const added = (before: ReturnType<typeof collect> | undefined, what: Parameters<typeof collect>[1]) =>
  nextState({ ...purpose, name: 'collecting', collected: collect(before, what) }, [actions.reply(from, ok)]);

const add: Request = { type: 'addChunks', chunks: item.chunks };
const source = { source: 'b', text: ['two'] };
const addSource: Request = { type: 'addSource', source };
const build: Request = { type: 'buildVideo', ...paths };
const getState: Request = { type: 'getState' };
const reset: Request = { type: 'reset' };
const bogus = { type: 'bogus' } as unknown as Request;

const answer = (state: EncoderState, event: EncoderEvent): unknown => {
  switch (state.name) {
    case 'ready':
      return ready(state, event);
    case 'collecting':
      return collecting(state, event);
    case 'building':
      return building(state, event);
    case 'completed':
      return completed(state, event);
    case 'error':
      return failed(state, event);
  }
};

describe('what each state answers to each request', () => {
  test.each<Rule>([
    ['ready', add, added(undefined, item)],
    ['ready', addSource, added(undefined, { type: 'source', source })],
    ['ready', build, no('no_chunks')],
    ['ready', getState, shown(states.ready)],
    ['ready', reset, blanked],
    ['collecting', add, added(collected, item)],
    ['collecting', addSource, added(collected, { type: 'source', source })],
    ['collecting', build, nextState(states.building, [actions.internal({ type: 'startBuild' })])],
    ['collecting', getState, shown(states.collecting)],
    ['collecting', reset, blanked],
    ['building', add, no('building_in_progress')],
    ['building', addSource, no('building_in_progress')],
    ['building', build, no('building_in_progress')],
    ['building', reset, no('building_in_progress')],
    ['building', bogus, no('building_in_progress')],
    ['building', getState, shown(states.building)],
    ['completed', add, no('already_completed')],
    ['completed', build, no('already_completed')],
    ['completed', bogus, no('already_completed')],
    ['completed', getState, shown(states.completed)],
    ['completed', reset, blanked],
    ['error', add, no('cancelled')],
    ['error', build, no('cancelled')],
    ['error', bogus, no('cancelled')],
    ['error', getState, shown(states.error)],
    ['error', reset, blanked],
  ])('%s, %j', (name, request, result) => {
    expect(answer(states[name], call(request))).toEqual(result);
  });
});

describe('the end of a build', () => {
  test.each<[string, Extract<EncoderEvent, { type: 'cast' }>['content'], unknown]>([
    [
      'success: completed',
      { type: 'buildComplete', outcome: { ok: true, value: stats } },
      { ...states.completed },
    ],
    [
      'failure: error',
      { type: 'buildComplete', outcome: { ok: false, failure: cancelled } },
      { ...states.error },
    ],
  ])('%s, and the caller is answered', (_what, content, next) => {
    if (content.type !== 'buildComplete') throw new Error('not a row');
    expect(answer(states.building, { type: 'cast', content })).toEqual(
      nextState(next as EncoderState, [actions.reply(from, content.outcome)]),
    );
  });
});

describe('what has no place in a state is a crash', () => {
  const stray: EncoderEvent = {
    type: 'cast',
    content: { type: 'buildComplete', outcome: { ok: true, value: stats } },
  };
  test.each<[EncoderState['name'], string, EncoderEvent]>([
    ['ready', 'an unknown request', call(bogus)],
    ['collecting', 'an unknown request', call(bogus)],
    ['ready', 'the end of a build', stray],
    ['collecting', 'the end of a build', stray],
    ['completed', 'the end of a build', stray],
    ['error', 'the end of a build', stray],
    ['ready', 'a message', { type: 'info', content: 'bogus' as never }],
    ['building', 'a message', { type: 'info', content: 'bogus' as never }],
  ])('%s: %s', (name, _what, event) => {
    expect(() => answer(states[name], event)).toThrow(UnhandledEventError);
  });
});

describe('exit messages and cancelling', () => {
  const exit = (reason: string): EncoderEvent => ({
    type: 'info',
    content: new ExitMessage({ id: 0 }, reason),
  });
  test.each<[string, EncoderEvent, unknown]>([
    ['the task that is done', exit('normal'), keepState()],
    ['the task that crashed, or anyone else', exit('boom'), stop('boom')],
    ['cancelBuild', { type: 'cast', content: { type: 'cancelBuild' } }, keepState()],
  ])('%s', (_what, event, result) => {
    for (const state of Object.values(states)) expect(answer(state, event)).toEqual(result);
  });
});

test('adding costs the same however much has been added', () => {
  let state: EncoderState = states.ready;
  for (let i = 0; i < 50_000; i++) {
    const result = answer(state, call(add)) as { readonly state: EncoderState };
    state = result.state;
  }

  expect(snapshot(state).chunks).toHaveLength(50_000);
});
