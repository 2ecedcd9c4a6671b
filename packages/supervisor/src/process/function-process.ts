import type { Behaviour, InitOutcome } from './behaviour.js';
import type { Context } from './context.js';
import { graceRounds } from './continuations.js';
import { Exit, reasonOfThrown } from './errors.js';
import { type SystemRequest, Tag } from './messages.js';
import type { From, PendingCall } from './pending-call.js';
import type { Process } from './process.js';
import { isPromise, type MaybePromise } from './protocol.js';

/** A `call` as a bare process receives it; answer with `ctx.reply(message.from, value)`. */
export class CallMessage {
  readonly type = 'call';
  constructor(
    readonly request: unknown,
    readonly from: From,
  ) {}
}

/** A `cast` as a bare process receives it. */
export class CastMessage {
  readonly type = 'cast';
  constructor(readonly message: unknown) {}
}

/** The body of a bare process: when it returns, the process ends with reason `'normal'`. */
export type ProcessBody = (ctx: Context) => MaybePromise<unknown>;

type Waiter = {
  readonly wanted: ((message: unknown) => boolean) | undefined;
  readonly resolve: (message: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: unknown;
};

type Body = {
  readonly run: ProcessBody;
  readonly inbox: unknown[];
  waiter: Waiter | undefined;
  /** Messages received in a row without waiting. */
  streak: number;
};

/** Most messages that a process receives in a row before the others get their turn. */
const longestStreak = 500;

/** What `receive` resolves with when its time is up. */
export const receiveTimeout: unique symbol = Symbol('timeout');

/** A process that runs one function and takes its messages with `ctx.receive`. */
export class FunctionBehaviour implements Behaviour {
  readonly kind: string = 'function';
  constructor(readonly label: string) {}

  occupied(process: Process): boolean {
    return (process.data as Body).waiter === undefined;
  }

  init(process: Process, args: unknown): InitOutcome {
    const body: Body = { run: args as ProcessBody, inbox: [], waiter: undefined, streak: 0 };
    process.data = body;
    // The body runs beside the mailbox: messages go on arriving while it awaits.
    return { kind: 'ok', next: () => run(process, body) };
  }

  receive(process: Process, tag: number, payload: unknown): void {
    const body = process.data as Body;
    const message = asMessage(tag, payload);
    const { waiter } = body;
    if (waiter === undefined || waiter.wanted?.(message) === false) {
      body.inbox.push(message);
      return;
    }
    body.waiter = undefined;
    process.system.clock.clearTimer(waiter.timer);
    process.system.scheduler.continuations.rounds = graceRounds;
    waiter.resolve(message);
  }

  forget(process: Process, unwanted: (payload: unknown) => boolean): void {
    const { inbox } = process.data as Body;
    for (let i = 0; i < inbox.length; ) {
      if (unwanted(inbox[i])) inbox.splice(i, 1);
      else i++;
    }
  }

  held(process: Process): number {
    return (process.data as Body).inbox.length;
  }

  getState(process: Process): unknown {
    return { waiting: (process.data as Body).inbox.length };
  }
}

const asMessage = (tag: number, payload: unknown): unknown => {
  if (tag === Tag.call) return new CallMessage((payload as PendingCall).request, payload as PendingCall);
  return tag === Tag.cast ? new CastMessage(payload) : payload;
};

/** Takes over what waits in the mailbox, so that `receive` finds messages that came in this very moment. */
const takeOver = (process: Process, body: Body): void => {
  const { mailbox } = process;
  if (mailbox === undefined || process.suspended) return;
  while (mailbox.length > 0 && !process.dead) {
    const tag = mailbox.peekTag();
    const payload = mailbox.shift();
    if (tag === Tag.system) (payload as SystemRequest).run();
    else {
      process.probe?.received(process, tag, payload);
      if (tag === Tag.call) process.owe(payload as PendingCall);
      body.inbox.push(asMessage(tag, payload));
    }
  }
};

const run = (process: Process, body: Body): void => {
  const result = body.run(process as unknown as Context);
  if (!isPromise(result)) process.end('normal');
  else
    result.then(
      () => process.end('normal'),
      (thrown) => process.end(reasonOfThrown(thrown)),
    );
};

/** `receive … after`: the oldest message that is wanted, or {@link receiveTimeout}. */
export const receive = (
  process: Process,
  wanted: ((message: unknown) => boolean) | undefined,
  timeoutMs: number,
): Promise<unknown> => {
  if (!(process.behaviour instanceof FunctionBehaviour))
    throw new TypeError('receive: only bare processes receive; a behaviour gets its messages in callbacks');
  const body = process.data as Body;
  if (body.waiter !== undefined)
    throw new TypeError('receive: this process already waits for a message; await one receive at a time');
  process.system.scheduler.pause();
  // Here it lets go, and a signal that it has set off itself need not wait for it any longer.
  if (process.doomed !== undefined) process.end(process.doomed.reason);
  takeOver(process, body);
  if (process.dead) return rejected(process);
  const at = wanted === undefined ? 0 : body.inbox.findIndex(wanted);
  if (at >= 0 && body.inbox.length > 0) {
    if (++body.streak < longestStreak) return Promise.resolve(body.inbox.splice(at, 1)[0]);
    return afterTheOthers(process, body, wanted);
  }
  body.streak = 0;
  if (timeoutMs === 0) return Promise.resolve(receiveTimeout);
  const promise = new Promise((resolve, reject) => {
    const timer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : process.system.clock.setTimer(() => {
            body.waiter = undefined;
            process.system.scheduler.continuations.resume(process, () => resolve(receiveTimeout));
          }, timeoutMs);
    body.waiter = { wanted, resolve, reject, timer };
  });
  return promise;
};

/** A message is there, but so are others who have waited for long. */
const afterTheOthers = (process: Process, body: Body, wanted: Waiter['wanted']): Promise<unknown> => {
  body.streak = 0;
  return new Promise((resolve, reject) => {
    body.waiter = { wanted, resolve, reject, timer: undefined };
    process.next = () => {
      body.waiter = undefined;
      resolve(body.inbox.splice(wanted === undefined ? 0 : body.inbox.findIndex(wanted), 1)[0]);
    };
    process.makeReady();
  });
};

/** The process has ended: its `receive` will not come to anything. */
export const abandonReceive = (process: Process): void => {
  if (!(process.behaviour instanceof FunctionBehaviour)) return;
  const body = process.data as Body | undefined;
  const waiter = body?.waiter;
  if (body === undefined || waiter === undefined) return;
  body.waiter = undefined;
  process.system.clock.clearTimer(waiter.timer);
  waiter.reject(new Exit(process.exitReason));
};

const rejected = (process: Process): Promise<never> => {
  const promise = Promise.reject(new Exit(process.exitReason));
  promise.catch(() => undefined);
  return promise;
};
