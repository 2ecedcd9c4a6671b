import type { RemoteError } from './envelope.js';
import { describeOsExit, type OsExit } from './os-exit.js';
import { describeWorkerExit, type WorkerExit } from './worker-exit.js';

/**
 * Why a request got no reply, by `kind`.
 *
 * - `process_exited`, `worker_exited`: the other side ended before it answered; `exit` says how
 * - `failed`: its handler threw `error`
 * - `timed_out`: no reply within `timeoutMs`; the handler's signal has fired
 * - `aborted`: the caller's signal fired with `reason`; the handler's signal has fired
 */
export type RequestFailure =
  | { readonly kind: 'process_exited'; readonly exit: OsExit }
  | { readonly kind: 'worker_exited'; readonly exit: WorkerExit }
  | { readonly kind: 'failed'; readonly error: RemoteError }
  | { readonly kind: 'timed_out'; readonly timeoutMs: number }
  | { readonly kind: 'aborted'; readonly reason: unknown };

/**
 * What a request rejects with; `failure` holds the facts.
 *
 * @example
 * try {
 *   await child.request('embed this', { timeoutMs: 1000 });
 * } catch (error) {
 *   if (error instanceof RequestError && error.failure.kind === 'timed_out') console.log('too slow');
 * }
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly failure: RequestFailure;

  constructor(failure: RequestFailure) {
    super(describeRequestFailure(failure));
    this.failure = failure;
    if (failure.kind === 'failed' || failure.kind === 'aborted')
      this.cause = failure.kind === 'failed' ? failure.error : failure.reason;
  }
}

/**
 * One sentence for people.
 *
 * @example
 * describeRequestFailure({ kind: 'timed_out', timeoutMs: 1000 }); // => 'no reply within 1000 ms'
 */
export const describeRequestFailure = (failure: RequestFailure): string => {
  switch (failure.kind) {
    case 'process_exited':
      return `the process ${describeOsExit(failure.exit)}`;
    case 'worker_exited':
      return `the worker thread ${describeWorkerExit(failure.exit)}`;
    case 'failed':
      return `${failure.error.name}: ${failure.error.message}`;
    case 'timed_out':
      return `no reply within ${failure.timeoutMs} ms`;
    case 'aborted':
      return `the request was given up: ${failure.reason instanceof Error ? failure.reason.message : String(failure.reason)}`;
  }
};
