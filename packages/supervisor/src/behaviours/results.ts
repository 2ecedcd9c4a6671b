import type { ExitReason } from '../process/exit-reason.js';

/** What may accompany a callback's result. */
export interface ResultOptions {
  /**
   * Handle a `timeout` message if nothing arrives within this many milliseconds; `0`: if nothing waits. What is no such
   * number makes the result a `bad_return_value`.
   */
  readonly timeoutMs?: number;
  /** Call `continue` with this token before anything else. */
  readonly continue?: unknown;
  /** Accepted for OTP's sake; Node's collector needs no hint. */
  readonly hibernate?: boolean;
}

// The member `is` exists for the compiler alone: without it a reply would pass for a noreply, having all its fields.

/** From `init`: the server runs with this state. Made by {@link ok}. */
export class Ok<State> {
  declare protected readonly is: 'ok';
  constructor(
    readonly state: State,
    readonly options: ResultOptions | undefined,
  ) {}
}
/** From `init`: there is nothing to run. Made by {@link ignore}. */
export class Ignore {
  declare protected readonly is: 'ignore';
  readonly kind = 'ignore';
}
/** Go on without answering now. Made by {@link noreply}. */
export class NoReply<State> {
  declare protected readonly is: 'no_reply';
  constructor(
    readonly state: State,
    readonly options: ResultOptions | undefined,
  ) {}
}
/** Answer the caller and go on. Made by {@link reply}. */
export class Reply<Value, State> {
  declare protected readonly is: 'reply';
  constructor(
    readonly value: Value,
    readonly state: State,
    readonly options: ResultOptions | undefined,
  ) {}
}
/** End the server; from `init`: do not start it. Made by {@link stop}. */
export class Stop<State> {
  declare protected readonly is: 'stop';
  constructor(
    readonly reason: ExitReason,
    readonly state: State | undefined,
  ) {}
}
/** Answer the caller, then end the server. Made by {@link stopAndReply}. */
export class StopAndReply<Value, State> {
  declare protected readonly is: 'stop_and_reply';
  constructor(
    readonly reason: ExitReason,
    readonly value: Value,
    readonly state: State,
  ) {}
}

const ignored = new Ignore();

/** `{ok, State}`: `init` has succeeded. */
export const ok = <State>(state: State, options?: ResultOptions): Ok<State> => new Ok(state, options);
/** `ignore`: `init` has found that there is nothing to run. */
export const ignore = (): Ignore => ignored;
/** `{noreply, State}`: go on with `state`. */
export const noreply = <State>(state: State, options?: ResultOptions): NoReply<State> =>
  new NoReply(state, options);
/** `{reply, Value, State}`: answer the caller and go on with `state`. */
export const reply = <Value, State>(
  value: Value,
  state: State,
  options?: ResultOptions,
): Reply<Value, State> => new Reply(value, state, options);
/** `{stop, Reason, State}`: call `terminate` and end with `reason`. */
export const stop = <State = never>(reason: ExitReason, state?: State): Stop<State> =>
  new Stop(reason, state);
/** `{stop, Reason, Value, State}`: call `terminate`, answer the caller, end with `reason`. */
export const stopAndReply = <Value, State>(
  reason: ExitReason,
  value: Value,
  state: State,
): StopAndReply<Value, State> => new StopAndReply(reason, value, state);

/** What `init` may return. */
export type InitResult<State> = Ok<State> | Ignore | Stop<never>;
/** What a cast, info or continue callback may return. */
export type NoReplyResult<State> = NoReply<State> | Stop<State>;
/** What a call callback may return. */
export type CallResult<Value, State> =
  | Reply<Value, State>
  | NoReplyResult<State>
  | StopAndReply<Value, State>;
