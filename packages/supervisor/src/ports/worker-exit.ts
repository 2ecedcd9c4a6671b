import { basename } from 'node:path';
import { describeKinds } from '../process/exit-reason.js';
import type { RemoteError } from './envelope.js';

/**
 * How a worker thread ended, by `kind`. The first reason for ending wins.
 *
 * - `exited`: by itself, with `exitCode` (0 when all is well)
 * - `crashed`: by an uncaught `error`, a module that can not be loaded, or its memory limit
 *   (`error.code` is `ERR_WORKER_OUT_OF_MEMORY`)
 * - `stopped`: by `stop()` or the `signal` option
 * - `owner_died`: because the process that owns it is gone
 */
export type WorkerExit =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'crashed'; readonly error: RemoteError }
  | { readonly kind: 'stopped' | 'owner_died' };

/** The exit reason of a worker thread's own process when it failed; see {@link WorkerThread.pid}. */
export type WorkerExitReason = {
  readonly kind: 'worker_exit';
  readonly module: string;
  readonly exit: WorkerExit;
};

describeKinds<WorkerExitReason>(
  ['worker_exit'],
  ({ module, exit }) => `the worker thread ${basename(module)} ${describeWorkerExit(exit)}`,
);

export const isWorkerFailure = (exit: WorkerExit): boolean =>
  exit.kind === 'crashed' || (exit.kind === 'exited' && exit.exitCode !== 0);

/**
 * One sentence for people.
 *
 * @example
 * describeWorkerExit({ kind: 'exited', exitCode: 3 }); // => 'exited with code 3'
 */
export const describeWorkerExit = (exit: WorkerExit): string => {
  switch (exit.kind) {
    case 'exited':
      return `exited with code ${exit.exitCode}`;
    case 'crashed':
      return `crashed: ${exit.error.name}: ${exit.error.message}`;
    case 'stopped':
      return 'was stopped';
    case 'owner_died':
      return 'was stopped with its owner';
  }
};
