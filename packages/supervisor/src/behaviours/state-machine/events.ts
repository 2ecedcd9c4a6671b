import type { SystemMessage } from '../../process/messages.js';
import type { From } from '../../process/pending-call.js';
import type { CallOf, CastOf, InfoOf, Message, Protocol, ReplyTo } from '../../process/protocol.js';

/**
 * What a state machine accepts: a {@link Protocol} and, beyond it, what the machine sends to itself.
 *
 * @example
 * type Door = {
 *   call: Call<{ type: 'unlock'; code: string }, boolean>;
 *   internal: { type: 'ring' };
 *   namedTimeout: { name: 'alarm'; content: string };
 * };
 */
export interface MachineProtocol extends Protocol {
  /** Events that the machine inserts itself, told apart by `type`. */
  readonly internal?: Message;
  /** The content of a state timeout. Default: `undefined`. */
  readonly stateTimeout?: unknown;
  /** The content of an event timeout. Default: `undefined`. */
  readonly eventTimeout?: unknown;
  /** The generic timeouts: each a name with the content that belongs to it. */
  readonly namedTimeout?: { readonly name: string; readonly content: unknown };
}

/** The internal events that a protocol knows. */
export type InternalOf<P> = P extends { readonly internal: infer I extends Message } ? I : never;
/** The content of the protocol's state timeout. */
export type StateTimeoutOf<P> = P extends { readonly stateTimeout: infer C } ? C : undefined;
/** The content of the protocol's event timeout. */
export type EventTimeoutOf<P> = P extends { readonly eventTimeout: infer C } ? C : undefined;
/** The protocol's generic timeouts. */
export type NamedTimeoutOf<P> = P extends { readonly namedTimeout: infer T extends AnyNamedTimeout }
  ? T
  : never;
type AnyNamedTimeout = { readonly name: string; readonly content: unknown };

/** One event as `handleEvent` and state functions get it: a `type`, its content, and who asked. */
export type MachineEvent<P extends MachineProtocol> =
  | ([CallOf<P>] extends [never]
      ? never
      : {
          readonly type: 'call';
          readonly content: CallOf<P>;
          readonly from: From<ReplyTo<CallOf<P>>>;
        })
  | ([CastOf<P>] extends [never] ? never : { readonly type: 'cast'; readonly content: CastOf<P> })
  /** A plain message; also the runtime's `EXIT` and `DOWN`. */
  | { readonly type: 'info'; readonly content: InfoOf<P> | SystemMessage }
  | ([InternalOf<P>] extends [never] ? never : { readonly type: 'internal'; readonly content: InternalOf<P> })
  | { readonly type: 'state_timeout'; readonly content: StateTimeoutOf<P> }
  | { readonly type: 'event_timeout'; readonly content: EventTimeoutOf<P> }
  | NamedTimeoutEvent<NamedTimeoutOf<P>>;

/** An event, or, where enter calls are on, the news that a state is entered. */
export type StateEvent<P extends MachineProtocol, State> =
  | MachineEvent<P>
  | { readonly type: 'enter'; readonly previous: State };

type NamedTimeoutEvent<T> = T extends AnyNamedTimeout
  ? { readonly type: 'named_timeout'; readonly name: T['name']; readonly content: T['content'] }
  : never;

/** An event whatever the protocol: what the engine works on. */
export type AnyEvent =
  | { readonly type: 'call'; readonly content: unknown; readonly from: From<never> }
  | { readonly type: 'cast' | 'info' | 'internal'; readonly content: unknown }
  | { readonly type: 'state_timeout' | 'event_timeout'; readonly content: unknown }
  | { readonly type: 'named_timeout'; readonly name: string; readonly content: unknown };

/** Which timeout: the state's, the event's, or a generic one by its name. */
export type TimerKey = typeof stateTimer | typeof eventTimer | string;
export const stateTimer: unique symbol = Symbol('state timeout');
export const eventTimer: unique symbol = Symbol('event timeout');

/** The event that a timeout turns into. */
export const timeoutEvent = (key: TimerKey, content: unknown): AnyEvent => {
  if (key === stateTimer) return { type: 'state_timeout', content };
  if (key === eventTimer) return { type: 'event_timeout', content };
  return { type: 'named_timeout', name: key as string, content };
};
