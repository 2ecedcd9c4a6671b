import type { From } from '../../process/pending-call.js';
import type {
  AnyEvent,
  EventTimeoutOf,
  MachineEvent,
  MachineProtocol,
  NamedTimeoutOf,
  StateTimeoutOf,
} from './events.js';

/** Answer a caller, now. */
export type ReplyAction = { readonly type: 'reply'; readonly from: From<never>; readonly value: unknown };
/** Set this event aside until the state changes. */
export type PostponeAction = { readonly type: 'postpone'; readonly value: boolean };
/** Accepted for OTP's sake; Node's collector needs no hint. */
export type HibernateAction = { readonly type: 'hibernate' };
/** Handle this event before any other. */
export type NextEventAction<Event> = { readonly type: 'next_event'; readonly event: Event };
/**
 * Start a timeout, and with it replace a running one of the same kind. `afterMs` is in milliseconds; `0`
 * fires before the next message is taken, `Infinity` cancels.
 */
export type StateTimeoutAction<Content> = {
  readonly type: 'state_timeout';
  readonly afterMs: number | 'update';
  readonly content: Content;
};
/** The same for the event timeout, which any event cancels. */
export type EventTimeoutAction<Content> = {
  readonly type: 'event_timeout';
  readonly afterMs: number | 'update';
  readonly content: Content;
};
/** The same for a generic timeout, which only actions cancel. */
export type NamedTimeoutAction<Name extends string, Content> = {
  readonly type: 'named_timeout';
  readonly name: Name;
  readonly afterMs: number | 'update';
  readonly content: Content;
};
/** Stop a timeout. */
export type CancelTimeoutAction<Name extends string = string> =
  | { readonly type: 'cancel_state_timeout' }
  | { readonly type: 'cancel_event_timeout' }
  | { readonly type: 'cancel_named_timeout'; readonly name: Name };

/** What an `enter` callback may ask for. */
export type EnterAction<P extends MachineProtocol> =
  | ReplyAction
  | HibernateAction
  | StateTimeoutAction<StateTimeoutOf<P>>
  | EventTimeoutAction<EventTimeoutOf<P>>
  | NamedTimeoutActionOf<NamedTimeoutOf<P>>
  | CancelTimeoutAction<NamedTimeoutOf<P>['name']>;

/** What a result may ask for, in the order of the list; of each kind of timeout the last one counts. */
export type Action<P extends MachineProtocol> =
  | EnterAction<P>
  | PostponeAction
  | NextEventAction<MachineEvent<P>>;

type NamedTimeoutActionOf<T> = T extends { readonly name: infer N extends string; readonly content: infer C }
  ? NamedTimeoutAction<N, C>
  : never;

/** An action whatever the protocol: what the engine works on. */
export type AnyAction =
  | ReplyAction
  | PostponeAction
  | HibernateAction
  | NextEventAction<AnyEvent>
  | StateTimeoutAction<unknown>
  | EventTimeoutAction<unknown>
  | NamedTimeoutAction<string, unknown>
  | CancelTimeoutAction;

function stateTimeout(afterMs: number): StateTimeoutAction<undefined>;
function stateTimeout<Content>(afterMs: number, content: Content): StateTimeoutAction<Content>;
function stateTimeout(afterMs: number, content?: unknown): StateTimeoutAction<unknown> {
  return { type: 'state_timeout', afterMs, content };
}

function eventTimeout(afterMs: number): EventTimeoutAction<undefined>;
function eventTimeout<Content>(afterMs: number, content: Content): EventTimeoutAction<Content>;
function eventTimeout(afterMs: number, content?: unknown): EventTimeoutAction<unknown> {
  return { type: 'event_timeout', afterMs, content };
}

function namedTimeout<Name extends string>(name: Name, afterMs: number): NamedTimeoutAction<Name, undefined>;
function namedTimeout<Name extends string, Content>(
  name: Name,
  afterMs: number,
  content: Content,
): NamedTimeoutAction<Name, Content>;
function namedTimeout(name: string, afterMs: number, content?: unknown): NamedTimeoutAction<string, unknown> {
  return { type: 'named_timeout', name, afterMs, content };
}

/**
 * Makes the actions that go with a state machine's result. They are plain data: compare them in tests.
 *
 * @example
 * nextState({ name: 'open' }, [actions.reply(from, true), actions.stateTimeout(5000)]);
 */
export const actions = {
  /** Answers a call; `from` came with it. The answer goes out before anything else happens. */
  reply: <Reply>(from: From<Reply>, value: NoInfer<Reply>): ReplyAction => ({ type: 'reply', from, value }),
  /** Sets this event aside; it comes again when the state has changed. `false` takes that back. */
  postpone: (value = true): PostponeAction => ({ type: 'postpone', value }),
  /** Accepted, without effect. */
  hibernate: (): HibernateAction => ({ type: 'hibernate' }),
  /** Inserts an event that is handled before any message; several keep their order. */
  nextEvent: <const Event extends AnyEvent>(event: Event): NextEventAction<Event> => ({
    type: 'next_event',
    event,
  }),
  /** Inserts an internal event. */
  internal: <Content>(content: Content): NextEventAction<{ type: 'internal'; content: Content }> => ({
    type: 'next_event',
    event: { type: 'internal', content },
  }),
  /** Starts the state timeout, in milliseconds: a `state_timeout` event unless the state changes before. */
  stateTimeout,
  /** Stops the state timeout. */
  cancelStateTimeout: (): CancelTimeoutAction => ({ type: 'cancel_state_timeout' }),
  /** New content for the running state timeout; when none runs, the event comes at once. */
  updateStateTimeout: <Content>(content: Content): StateTimeoutAction<Content> => ({
    type: 'state_timeout',
    afterMs: 'update',
    content,
  }),
  /** Starts the event timeout, in milliseconds: an `event_timeout` event unless another event comes before. */
  eventTimeout,
  /** Stops the event timeout. */
  cancelEventTimeout: (): CancelTimeoutAction => ({ type: 'cancel_event_timeout' }),
  /** Starts a generic timeout, in milliseconds; any number of them run under different names. */
  namedTimeout,
  /** Stops the generic timeout of that name. */
  cancelNamedTimeout: <Name extends string>(name: Name): CancelTimeoutAction<Name> => ({
    type: 'cancel_named_timeout',
    name,
  }),
  /** New content for a running generic timeout; when none runs, the event comes at once. */
  updateNamedTimeout: <Name extends string, Content>(
    name: Name,
    content: Content,
  ): NamedTimeoutAction<Name, Content> => ({ type: 'named_timeout', name, afterMs: 'update', content }),
};
