import type { Context } from '../../process/context.js';
import type { SystemMessage } from '../../process/messages.js';
import type { From } from '../../process/pending-call.js';
import type { CallOf, CastOf, InfoOf, MaybePromise, ReplyTo } from '../../process/protocol.js';
import type {
  EventTimeoutOf,
  InternalOf,
  MachineProtocol,
  NamedTimeoutOf,
  StateEvent,
  StateTimeoutOf,
} from './events.js';
import type { AnyState, EnterResult, MachineResult } from './results.js';

/** A handler for one kind of event, in a state `Here` of the machine's states. */
type Handler<P extends MachineProtocol, State, Here, Content> = (
  content: Content,
  state: Here,
  ctx: Context<P>,
) => MaybePromise<MachineResult<P, State, Here>>;

/** The handler of one request: it answers with `actions.reply(from, …)`, now or from a later event. */
export type MachineCallHandler<P extends MachineProtocol, State, Here, C> = (
  request: C,
  state: Here,
  from: From<ReplyTo<C>>,
  ctx: Context<P>,
) => MaybePromise<MachineResult<P, State, Here>>;

/**
 * What one state does with each event. Every request and cast of the protocol has its handler; `'postpone'`
 * sets it aside until the state changes, `'ignore'` drops it. An event without a handler is a crash, as in
 * OTP.
 */
export type StateHandlers<P extends MachineProtocol, State, Here> = CallPart<P, State, Here> &
  CastPart<P, State, Here> & {
    /**
     * Called when the machine enters the state, before any event: on a change of state, for the first state
     * and for `repeatState`. `previous` is the state before; the first state is its own predecessor.
     */
    readonly enter?: (previous: State, state: Here, ctx: Context<P>) => MaybePromise<EnterResult<P, Here>>;
    /** Plain messages, and the runtime's: `EXIT` (while trapping exits) and `DOWN`. */
    readonly info?: Handler<P, State, Here, InfoOf<P> | SystemMessage> | 'postpone' | 'ignore';
    /** Events that the machine has inserted. */
    readonly internal?: {
      readonly [I in InternalOf<P> as I['type']]?: Handler<P, State, Here, I> | 'postpone' | 'ignore';
    };
    readonly stateTimeout?: Handler<P, State, Here, StateTimeoutOf<P>> | 'ignore';
    readonly eventTimeout?: Handler<P, State, Here, EventTimeoutOf<P>> | 'ignore';
    /** Generic timeouts, by name. */
    readonly namedTimeout?: {
      readonly [T in NamedTimeoutOf<P> as T['name']]?:
        | Handler<P, State, Here, T['content']>
        | 'postpone'
        | 'ignore';
    };
  };

type CallPart<P extends MachineProtocol, State, Here> = [CallOf<P>] extends [never]
  ? { readonly call?: undefined }
  : {
      readonly call: {
        readonly [C in CallOf<P> as C['type']]: MachineCallHandler<P, State, Here, C> | 'postpone';
      };
    };

type CastPart<P extends MachineProtocol, State, Here> = [CastOf<P>] extends [never]
  ? { readonly cast?: undefined }
  : {
      readonly cast: {
        readonly [C in CastOf<P> as C['type']]: Handler<P, State, Here, C> | 'postpone' | 'ignore';
      };
    };

/** One function for all events of a state: OTP's state functions. */
export type StateFunction<P extends MachineProtocol, State, Here = State> = (
  event: StateEvent<P, State>,
  state: Here,
  ctx: Context<P>,
) => MaybePromise<MachineResult<P, State, Here>>;

/** The handlers of every state, by the state's name. */
export type States<P extends MachineProtocol, State extends AnyState> = {
  readonly [Name in State['name']]:
    | StateHandlers<P, State, Extract<State, { readonly name: Name }>>
    | StateFunction<P, State, Extract<State, { readonly name: Name }>>;
};
