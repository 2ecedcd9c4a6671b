import { PendingCall } from '../../process/pending-call.js';
import { Stop } from '../results.js';
import type { AnyAction } from './actions.js';
import {
  begin,
  type Decision,
  type Effect,
  type Engine,
  type Input,
  invoke,
  type RunningTimers,
  type Step,
  stepFor,
  type TimeoutRequest,
} from './engine.js';
import { push } from './event-queue.js';
import { type AnyEvent, eventTimer, stateTimer } from './events.js';
import type { MachineFault } from './failures.js';
import { type AnyState, KeepState, NextState, RepeatState, StopWithReplies } from './results.js';
import { settle } from './transition.js';

/** The whole of gen_statem's rules: what follows from one input. Decides, never acts. */
export const decide = (engine: Engine, input: Input, timers: RunningTimers): Decision => {
  switch (input.type) {
    case 'started': {
      const step = stepFor(undefined, engine.state);
      return withActions({ ...engine, step }, step, engine.state, input.actions, true, timers);
    }
    case 'arrived':
      return begin(engine, input.event);
    case 'returned':
      return returned(engine, engine.step as Step, input.result, timers);
  }
};

const returned = (engine: Engine, step: Step, result: unknown, timers: RunningTimers): Decision => {
  const here = step.state;
  if (result instanceof NextState) {
    const next: AnyState = result.state;
    const changed = next.name !== here.name;
    if (changed && step.entering)
      return fault(engine, { kind: 'bad_state_enter_return_from_state_function', value: result }, here);
    return withActions(engine, step, next, result.actions, changed, timers);
  }
  if (result instanceof KeepState || result instanceof RepeatState) {
    const next: AnyState = result.data ?? here;
    if (next.name === here.name)
      return withActions(engine, step, next, result.actions, result instanceof RepeatState, timers);
  }
  if (result instanceof Stop)
    return [engine, [{ type: 'stop', reason: result.reason, state: result.state ?? here }]];
  if (result instanceof StopWithReplies) return replyAndStop(engine, result, result.state ?? here);
  return fault(engine, { kind: 'bad_return_from_state_function', value: result }, here);
};

const fault = (
  engine: Engine,
  what: MachineFault,
  state: AnyState,
  effects: readonly Effect[] = [],
): Decision => [engine, [...effects, { type: 'fault', fault: what, state }]];

const replyAndStop = (
  engine: Engine,
  { reason, replies }: StopWithReplies<unknown>,
  state: AnyState,
): Decision => {
  const effects: Effect[] = [];
  for (const action of replies) {
    if (action?.type !== 'reply' || !(action.from instanceof PendingCall))
      return fault(engine, { kind: 'bad_reply_action_from_state_function', action }, state, effects);
    effects.push({ type: 'reply', from: action.from, value: action.value });
  }
  return [engine, [...effects, { type: 'stop', reason, state }]];
};

/** Takes in a result's actions, in their order; then come the enter call, if any, and the transition. */
const withActions = (
  engine: Engine,
  step: Step,
  next: AnyState,
  actions: readonly unknown[],
  mayEnter: boolean,
  timers: RunningTimers,
): Decision => {
  const effects: Effect[] = [];
  let { postpone, inserted, timeouts } = step;
  const bad = (action: unknown): Decision =>
    fault(engine, { kind: 'bad_action_from_state_function', action }, next, effects);
  const badOnEntry = (action: unknown): Decision =>
    fault(engine, { kind: 'bad_state_enter_action_from_state_function', action }, next, effects);
  if (!Array.isArray(actions)) return bad(actions);
  for (const action of actions as readonly AnyAction[]) {
    switch (action?.type) {
      case 'reply':
        if (!(action.from instanceof PendingCall)) return bad(action);
        effects.push({ type: 'reply', from: action.from, value: action.value });
        break;
      case 'postpone':
        if (action.value && step.entering) return badOnEntry(action);
        postpone = action.value;
        break;
      case 'hibernate':
        break;
      case 'next_event':
        if (step.entering) return badOnEntry(action);
        if (!isEvent(action.event)) return bad(action);
        inserted = push(action.event, inserted);
        break;
      default: {
        const request = timeoutRequest(action);
        if (request === undefined) return bad(action);
        timeouts = push(request, timeouts);
      }
    }
  }
  // The start is no event that could be postponed.
  if (step.event === undefined) postpone = false;
  const done: Step = { event: step.event, state: next, entering: true, postpone, inserted, timeouts };
  if (mayEnter && engine.enterCalls) {
    effects.push(invoke({ type: 'enter', previous: engine.state }, next));
    return [{ ...engine, step: done }, effects];
  }
  return settle(engine, done, timers, effects);
};

/** What the action says about a timeout; `undefined` when it is not such an action. */
const timeoutRequest = (action: AnyAction | undefined): TimeoutRequest | undefined => {
  switch (action?.type) {
    case 'cancel_state_timeout':
      return { key: stateTimer, afterMs: Number.POSITIVE_INFINITY, content: undefined };
    case 'cancel_event_timeout':
      return { key: eventTimer, afterMs: Number.POSITIVE_INFINITY, content: undefined };
    case 'cancel_named_timeout':
      return { key: action.name, afterMs: Number.POSITIVE_INFINITY, content: undefined };
    case 'state_timeout':
      return checked({ key: stateTimer, afterMs: action.afterMs, content: action.content });
    case 'event_timeout':
      return checked({ key: eventTimer, afterMs: action.afterMs, content: action.content });
    case 'named_timeout':
      return checked({ key: action.name, afterMs: action.afterMs, content: action.content });
    default:
      return undefined;
  }
};

const checked = (request: TimeoutRequest): TimeoutRequest | undefined =>
  request.afterMs === 'update' || (typeof request.afterMs === 'number' && request.afterMs >= 0)
    ? request
    : undefined;

const eventTypes = new Set<unknown>([
  'call',
  'cast',
  'info',
  'internal',
  'state_timeout',
  'event_timeout',
  'named_timeout',
]);

const isEvent = (event: AnyEvent | undefined): boolean =>
  eventTypes.has(event?.type) && (event?.type !== 'call' || event.from instanceof PendingCall);
