import { type Behaviour, behaviourOf, type Definition, type InitOutcome } from '../process/behaviour.js';
import type { Context } from '../process/context.js';
import { ArgumentError, reasonOfThrown } from '../process/errors.js';
import type { ExitReason } from '../process/exit-reason.js';
import { ExitMessage, type SystemMessage, Tag } from '../process/messages.js';
import type { From, PendingCall } from '../process/pending-call.js';
import type { Process } from '../process/process.js';
import {
  type CallOf,
  type CastOf,
  type InfoOf,
  isPromise,
  type MaybePromise,
  type Message,
  type Protocol,
  type ReplyTo,
} from '../process/protocol.js';
import {
  type CallResult,
  Ignore,
  type InitResult,
  NoReply,
  type NoReplyResult,
  Ok,
  Reply,
  type ResultOptions,
  Stop,
  StopAndReply,
} from './results.js';

/** One handler per request type of the protocol. */
export type CallHandlers<P extends Protocol, State> = {
  readonly [C in CallOf<P> as C['type']]: (
    request: C,
    state: State,
    from: From<ReplyTo<C>>,
    ctx: Context<P>,
  ) => MaybePromise<CallResult<ReplyTo<C>, State>>;
};

/** One handler per cast type of the protocol. */
export type CastHandlers<P extends Protocol, State> = {
  readonly [C in CastOf<P> as C['type']]: (
    message: C,
    state: State,
    ctx: Context<P>,
  ) => MaybePromise<NoReplyResult<State>>;
};

type CallPart<P extends Protocol, State> = [CallOf<P>] extends [never]
  ? { readonly call?: undefined }
  : { readonly call: CallHandlers<P, State> | CallHandler<P, State> };
type CastPart<P extends Protocol, State> = [CastOf<P>] extends [never]
  ? { readonly cast?: undefined }
  : { readonly cast: CastHandlers<P, State> | CastHandler<P, State> };

/** One function for all requests, where a table by type does not fit. */
export type CallHandler<P extends Protocol, State> = (
  request: CallOf<P>,
  state: State,
  from: From<ReplyTo<CallOf<P>>>,
  ctx: Context<P>,
) => MaybePromise<CallResult<ReplyTo<CallOf<P>>, State>>;

/** One function for all casts. */
export type CastHandler<P extends Protocol, State> = (
  message: CastOf<P>,
  state: State,
  ctx: Context<P>,
) => MaybePromise<NoReplyResult<State>>;

/** The callbacks of a GenServer. All may be asynchronous; the next message waits for the promise. */
export type GenServerCallbacks<P extends Protocol, State, Args> = CallPart<P, State> &
  CastPart<P, State> & {
    /** For observers and logs. Default: `'gen_server'`. */
    readonly name?: string;
    /** Makes the first state. The starter waits for it. */
    readonly init: (args: Args, ctx: Context<P>) => MaybePromise<InitResult<State>>;
    /**
     * Plain messages, and the runtime's: `EXIT` (while trapping), `DOWN`, `timeout`. Default: dropped, as
     * in OTP, with a line to the logger.
     */
    readonly info?: (
      message: InfoOf<P> | SystemMessage,
      state: State,
      ctx: Context<P>,
    ) => MaybePromise<NoReplyResult<State>>;
    /** Runs right after a callback whose result had a `continue` token. */
    readonly continue?: (token: unknown, state: State, ctx: Context<P>) => MaybePromise<NoReplyResult<State>>;
    /**
     * Runs before the process ends: after a `stop` result, after a callback threw, when the parent ends
     * while this process traps exits. Not when a signal ends it that it does not trap. Its result counts for
     * nothing; what it throws becomes the exit reason.
     */
    readonly terminate?: (reason: ExitReason, state: State, ctx: Context<P>) => MaybePromise<unknown>;
  };

/** What {@link defineGenServer} makes; hand it to `start`, `startLink` or `childSpec`. */
export type GenServer<P extends Protocol, Args> = Definition<P, Args>;

/**
 * Defines a server: a process that holds a state and handles one message at a time.
 *
 * @typeParam P - What it accepts; see {@link Protocol}.
 * @typeParam State - What it keeps between messages.
 * @typeParam Args - What `start` hands to `init`.
 * @example
 * type Counter = {
 *   call: Call<{ type: 'get' }, number>;
 *   cast: { type: 'add'; by: number };
 * };
 * const counter = defineGenServer<Counter, number, number>({
 *   init: (first) => ok(first),
 *   call: { get: (_request, count) => reply(count, count) },
 *   cast: { add: ({ by }, count) => noreply(count + by) },
 * });
 */
export const defineGenServer = <P extends Protocol, State, Args = void>(
  callbacks: GenServerCallbacks<P, State, Args>,
): GenServer<P, Args> => {
  const name = callbacks.name ?? 'gen_server';
  return { name, [behaviourOf]: new GenServerBehaviour(name, callbacks as unknown as AnyCallbacks) };
};

type AnyResult = unknown;
type CallTable = { readonly [type: string]: CallFunction | undefined };
type CallFunction = (request: unknown, state: unknown, from: From, ctx: Process) => MaybePromise<AnyResult>;
type StepFunction = (message: unknown, state: unknown, ctx: Process) => MaybePromise<AnyResult>;
type AnyCallbacks = {
  readonly init: (args: unknown, ctx: Process) => MaybePromise<AnyResult>;
  readonly call?: CallTable | CallFunction;
  readonly cast?: { readonly [type: string]: StepFunction | undefined } | StepFunction;
  readonly info?: StepFunction;
  readonly continue?: StepFunction;
  readonly terminate?: (reason: ExitReason, state: unknown, ctx: Process) => MaybePromise<unknown>;
};

class GenServerBehaviour implements Behaviour {
  readonly kind = 'gen_server';
  private readonly onCall: CallFunction;
  private readonly onCast: StepFunction;

  constructor(
    readonly label: string,
    private readonly callbacks: AnyCallbacks,
  ) {
    const { call, cast } = callbacks;
    this.onCall = typeof call === 'function' ? call : callByType(label, call ?? {});
    this.onCast = typeof cast === 'function' ? cast : castByType(label, cast ?? {});
  }

  init(process: Process, args: unknown): MaybePromise<InitOutcome> {
    const result = this.callbacks.init(args, process);
    return isPromise(result)
      ? result.then((value) => this.initialised(process, value))
      : this.initialised(process, result);
  }

  private initialised(process: Process, result: AnyResult): InitOutcome {
    if (result instanceof Ok && isPossible(result.options)) {
      process.data = result.state;
      const { options } = result;
      return options === undefined
        ? { kind: 'ok' }
        : { kind: 'ok', next: () => this.afterwards(process, options) };
    }
    if (result instanceof Ignore) return { kind: 'ignore' };
    if (result instanceof Stop) return { kind: 'stop', reason: result.reason };
    return { kind: 'stop', reason: { kind: 'bad_return_value', value: result } };
  }

  receive(process: Process, tag: number, payload: unknown): MaybePromise<void> {
    switch (tag) {
      case Tag.cast:
        return this.settle(process, this.onCast(payload, process.data, process));
      case Tag.call: {
        const call = payload as PendingCall;
        return this.settle(process, this.onCall(call.request, process.data, call, process), call);
      }
      default:
        if (payload instanceof ExitMessage && process.obeys(payload.from))
          return this.terminate(process, payload.reason);
        return this.info(process, payload);
    }
  }

  private info(process: Process, message: unknown): MaybePromise<void> {
    const { info } = this.callbacks;
    if (info !== undefined) return this.settle(process, info(message, process.data, process));
    process.system.logger.warn(
      { pid: process.toString(), label: this.label },
      `${process} ${this.label} dropped a message that it has no info callback for`,
    );
  }

  failed(process: Process, thrown: unknown): MaybePromise<void> {
    return this.terminate(process, reasonOfThrown(thrown));
  }

  stop(process: Process, reason: ExitReason): MaybePromise<void> {
    return this.terminate(process, reason);
  }

  getState(process: Process): unknown {
    return process.data;
  }

  replaceState(process: Process, change: (state: unknown) => unknown): unknown {
    process.data = change(process.data);
    return process.data;
  }

  /** Carries out a callback's result, at once or when its promise settles. */
  private settle(process: Process, result: MaybePromise<AnyResult>, call?: PendingCall): MaybePromise<void> {
    if (isPromise(result)) return result.then((value) => this.apply(process, value, call));
    return this.apply(process, result, call);
  }

  private apply(process: Process, result: AnyResult, call: PendingCall | undefined): MaybePromise<void> {
    // Killed while it ran: nothing of the result counts.
    if (process.dead) return;
    if (result instanceof NoReply && isPossible(result.options)) {
      process.data = result.state;
      if (result.options !== undefined) return this.afterwards(process, result.options);
    } else if (result instanceof Reply && call !== undefined && isPossible(result.options)) {
      process.data = result.state;
      call.reply(result.value);
      if (result.options !== undefined) return this.afterwards(process, result.options);
    } else if (result instanceof Stop) {
      if (result.state !== undefined) process.data = result.state;
      return this.terminate(process, result.reason);
    } else if (result instanceof StopAndReply && call !== undefined) {
      process.data = result.state;
      return this.terminate(process, result.reason, () => call.reply(result.value));
    } else {
      return this.terminate(process, { kind: 'bad_return_value', value: result });
    }
  }

  /** What a result asked for besides its state: a continuation or a timeout. */
  private afterwards(process: Process, options: ResultOptions): MaybePromise<void> {
    if ('continue' in options) {
      const step = this.callbacks.continue;
      if (step === undefined)
        throw new ArgumentError(
          `${this.label}: a result has a continue token, but there is no continue callback`,
        );
      return this.settle(process, step(options.continue, process.data, process));
    }
    if (options.timeoutMs !== undefined) process.awaitIdle(options.timeoutMs);
  }

  /** Calls `terminate`, then `beforeEnd`, then ends the process. */
  private terminate(process: Process, reason: ExitReason, beforeEnd?: () => void): MaybePromise<void> {
    const end = (actual: ExitReason) => {
      if (process.dead) return;
      beforeEnd?.();
      process.end(actual);
    };
    const { terminate } = this.callbacks;
    if (terminate === undefined) return end(reason);
    let result: MaybePromise<unknown>;
    try {
      result = terminate(reason, process.data, process);
    } catch (thrown) {
      return end(reasonOfThrown(thrown));
    }
    if (!isPromise(result)) return end(reason);
    return result.then(
      () => end(reason),
      (thrown) => end(reasonOfThrown(thrown)),
    );
  }
}

/** Whether a result's options can be carried out. */
const isPossible = (options: ResultOptions | undefined): boolean =>
  options === undefined || options.timeoutMs === undefined || options.timeoutMs >= 0;

const callByType = (label: string, table: CallTable): CallFunction => {
  return (request, state, from, ctx) => {
    const handler = table[(request as Message).type];
    if (handler === undefined) throw unknownType(label, 'call', request);
    return handler(request, state, from, ctx);
  };
};

const castByType = (
  label: string,
  table: { readonly [type: string]: StepFunction | undefined },
): StepFunction => {
  return (message, state, ctx) => {
    const handler = table[(message as Message).type];
    if (handler === undefined) throw unknownType(label, 'cast', message);
    return handler(message, state, ctx);
  };
};

const unknownType = (label: string, what: string, message: unknown): ArgumentError =>
  new ArgumentError(`${label} has no ${what} handler for ${JSON.stringify((message as Message)?.type)}`);
