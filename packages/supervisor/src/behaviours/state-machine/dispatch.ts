import type { Context } from '../../process/context.js';
import type { From } from '../../process/pending-call.js';
import { actions } from './actions.js';
import type { EnterEvent } from './engine.js';
import type { AnyEvent } from './events.js';
import { UnhandledEventError } from './failures.js';
import { type AnyState, keepState } from './results.js';

/** Calls the machine's callback for an event. */
export type Dispatch = (event: AnyEvent | EnterEvent, state: AnyState, ctx: Context) => unknown;

type Handler = (content: unknown, state: AnyState, ctx: Context) => unknown;
type CallHandler = (request: unknown, state: AnyState, from: From<never>, ctx: Context) => unknown;
type Shortcut = 'postpone' | 'ignore';
type Table<H> = { readonly [key: string]: H | Shortcut | undefined };

/** A state's handlers with the types of its protocol left out. */
export type AnyHandlers = {
  readonly enter?: (previous: AnyState, state: AnyState, ctx: Context) => unknown;
  readonly call?: Table<CallHandler>;
  readonly cast?: Table<Handler>;
  readonly internal?: Table<Handler>;
  readonly namedTimeout?: Table<Handler>;
  readonly info?: Handler | Shortcut;
  readonly stateTimeout?: Handler | Shortcut;
  readonly eventTimeout?: Handler | Shortcut;
};
export type AnyStates = { readonly [name: string]: AnyHandlers | Dispatch | undefined };

const postponed = keepState(undefined, [actions.postpone()]);
const ignored = keepState();

/** State functions: what handles an event depends on the state's name. */
export const dispatchByState =
  (machine: string, states: AnyStates): Dispatch =>
  (event, state, ctx) => {
    const handlers = Object.hasOwn(states, state.name) ? states[state.name] : undefined;
    if (typeof handlers === 'function') return handlers(event, state, ctx);
    if (event.type === 'enter')
      return handlers?.enter === undefined ? ignored : handlers.enter(event.previous, state, ctx);
    if (event.type === 'call') {
      const handler = entry(handlers?.call, event.content);
      if (typeof handler === 'function') return handler(event.content, state, event.from, ctx);
      return shortcut(handler) ?? unhandled(machine, state, event);
    }
    const handler = handlers === undefined ? undefined : handlerOf(handlers, event);
    if (typeof handler === 'function') return handler(event.content, state, ctx);
    return shortcut(handler) ?? unhandled(machine, state, event);
  };

const handlerOf = (
  handlers: AnyHandlers,
  event: Exclude<AnyEvent, { readonly type: 'call' }>,
): Handler | Shortcut | undefined => {
  switch (event.type) {
    case 'cast':
      return entry(handlers.cast, event.content);
    case 'internal':
      return entry(handlers.internal, event.content);
    case 'named_timeout':
      return own(handlers.namedTimeout, event.name);
    case 'info':
      return handlers.info;
    case 'state_timeout':
      return handlers.stateTimeout;
    case 'event_timeout':
      return handlers.eventTimeout;
  }
};

const entry = <H>(table: Table<H> | undefined, content: unknown): H | Shortcut | undefined =>
  typeof content === 'object' && content !== null && 'type' in content
    ? own(table, String(content.type))
    : undefined;

const own = <H>(table: Table<H> | undefined, key: string): H | Shortcut | undefined =>
  table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;

const shortcut = (handler: unknown): unknown =>
  handler === 'postpone' ? postponed : handler === 'ignore' ? ignored : undefined;

const unhandled = (machine: string, state: AnyState, event: AnyEvent): never => {
  throw new UnhandledEventError(machine, state.name, event);
};
