import type { ExitReason } from '../../process/exit-reason.js';
import type { Ignore, Stop } from '../results.js';
import type { Action, EnterAction, ReplyAction } from './actions.js';
import type { MachineProtocol } from './events.js';

/** A state: its `name`, and beside it the data that belongs to it. */
export interface AnyState {
  readonly name: string;
}

/** Go to a state. Made by {@link nextState}. */
export class NextState<State, A> {
  constructor(
    readonly state: State,
    readonly actions: readonly A[],
  ) {}
}
/** Stay in the state. Made by {@link keepState}. */
export class KeepState<State, A> {
  constructor(
    /** Not `state`: the compiler tells the results apart by their fields. */
    readonly data: State | undefined,
    readonly actions: readonly A[],
  ) {}
}
/** Leave the state and enter it again. Made by {@link repeatState}. */
export class RepeatState<State, A> {
  constructor(
    /** Not `state`: the compiler tells the results apart by their fields. */
    readonly data: State | undefined,
    readonly actions: readonly A[],
  ) {}
}
/** Answer callers, then end. Made by {@link stopWithReplies}. */
export class StopWithReplies<State> {
  constructor(
    readonly reason: ExitReason,
    readonly replies: readonly ReplyAction[],
    readonly state: State | undefined,
  ) {}
}
/** From `init`: begin in a state. Made by {@link startIn}. */
export class StartIn<State, A> {
  constructor(
    readonly state: State,
    readonly actions: readonly A[],
  ) {}
}

const none: readonly never[] = [];

/** `{ok, State, Data, Actions}` from `init`. */
export const startIn = <Name extends string, State extends { readonly name: Name }, A = never>(
  state: State,
  actions: readonly A[] = none,
): StartIn<State, A> => new StartIn(state, actions);

/**
 * `{next_state, State, Data, Actions}`. Under another name than before, the state has changed: the state
 * timeout is cancelled, postponed events come again, `enter` is called. Under the same name it is
 * {@link keepState} with new data.
 */
export const nextState = <Name extends string, State extends { readonly name: Name }, A = never>(
  state: State,
  actions: readonly A[] = none,
): NextState<State, A> => new NextState(state, actions);

/** `{keep_state, Data, Actions}`; without `state`, or with `undefined`, the data stay as they are too. */
export const keepState = <State = never, A = never>(
  state?: State,
  actions: readonly A[] = none,
): KeepState<State, A> => new KeepState(state, actions);

/**
 * `{repeat_state, Data, Actions}`: as {@link keepState}, but `enter` is called again. Postponed events stay
 * postponed and the state timeout goes on.
 */
export const repeatState = <State = never, A = never>(
  state?: State,
  actions: readonly A[] = none,
): RepeatState<State, A> => new RepeatState(state, actions);

/** `{stop_and_reply, Reason, Replies, Data}`: the answers go out, then `terminate` is called. */
export const stopWithReplies = <State = never>(
  reason: ExitReason,
  replies: readonly ReplyAction[],
  state?: State,
): StopWithReplies<State> => new StopWithReplies(reason, replies, state);

/** What `init` may return. */
export type MachineInit<P extends MachineProtocol, State> = StartIn<State, Action<P>> | Ignore | Stop<never>;
/** What a handler may return in a state `Here` of the machine's states. */
export type MachineResult<P extends MachineProtocol, State, Here = State> =
  | NextState<State, Action<P>>
  | KeepState<Here, Action<P>>
  | RepeatState<Here, Action<P>>
  | Stop<Here>
  | StopWithReplies<Here>;
/** What an `enter` handler may return: it can't change the state. */
export type EnterResult<P extends MachineProtocol, Here> =
  | KeepState<Here, EnterAction<P>>
  | RepeatState<Here, EnterAction<P>>
  | Stop<Here>
  | StopWithReplies<Here>;
