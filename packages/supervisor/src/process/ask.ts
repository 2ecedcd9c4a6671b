import { CallExit } from './errors.js';
import type { ExitReason } from './exit-reason.js';
import { Tag } from './messages.js';
import { describeRef, resolve } from './names.js';
import { ignore, PendingCall } from './pending-call.js';
import type { AnyRef } from './pid.js';
import type { Process } from './process.js';
import type { System } from './system.js';

/** `GenServer.call`'s default, in milliseconds. */
export const defaultCallTimeoutMs = 5000;

/**
 * A promise's settlers, handed over through a variable: one executor for all calls in place of a closure and
 * its scope for each. With 100,000 calls under way the collector's work is what a call costs.
 */
const settlers: { resolve: (value: unknown) => void; reject: (error: Error) => void } = {
  resolve: () => undefined,
  reject: () => undefined,
};
const keepSettlers = (resolve: (value: unknown) => void, reject: (error: Error) => void): void => {
  settlers.resolve = resolve;
  settlers.reject = reject;
};

/**
 * Sends a request and resolves with the reply; rejects with a CallExit. The only way into a server's mailbox
 * for requests, whoever asks and whatever the behaviour; `operation` names it in errors.
 */
export const ask = (
  system: System,
  ref: AnyRef,
  request: unknown,
  timeoutMs: number,
  caller: Process | undefined,
  operation = 'GenServer.call',
): Promise<unknown> => {
  const server = resolve(system, ref);
  if (server === undefined || server.dead) return failed(operation, ref, 'noproc', caller);
  if (server === caller) return failed(operation, ref, 'calling_self', caller);
  const promise = new Promise(keepSettlers);
  const pending = new PendingCall(server, request, operation, caller, settlers.resolve, settlers.reject);
  system.deadlines.add(pending, timeoutMs);
  if (caller !== undefined) {
    // Marked as handled only when it fails: a `catch` on each promise in advance takes 0.2 µs.
    pending.promise = promise;
    caller.awaits(pending);
  }
  server.deliver(Tag.call, pending);
  return promise;
};

const failed = (
  operation: string,
  ref: AnyRef,
  failure: ExitReason,
  caller: Process | undefined,
): Promise<never> => {
  const promise = Promise.reject(new CallExit(operation, describeRef(ref), failure));
  if (caller !== undefined) promise.catch(ignore);
  return promise;
};
