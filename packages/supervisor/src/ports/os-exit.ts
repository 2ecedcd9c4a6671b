import { basename } from 'node:path';
import { describeKinds } from '../process/exit-reason.js';

/**
 * How an OS process ended, by `kind`. The first reason for ending wins: a process that was told to stop is
 * `stopped` whatever code it then left with.
 *
 * - `exited`: by itself, with `exitCode` (0 when all is well)
 * - `signalled`: by a signal that was not ours: the kernel's (out of memory, segmentation fault), a user's
 * - `not_started`: no such program, no permission, no such working directory, too many processes
 * - `stopped`: by `stop()` or the `signal` option
 * - `timed_out`: by the `timeoutMs` option
 * - `owner_died`: because the process that owns it is gone
 *
 * `forced` says that SIGTERM was not enough and SIGKILL followed. `stderrTail` is the end of what it wrote to
 * stderr.
 */
export type OsExit =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly stderrTail: string }
  | { readonly kind: 'signalled'; readonly signal: string; readonly stderrTail: string }
  | { readonly kind: 'not_started'; readonly program: string; readonly cause: unknown }
  | { readonly kind: EndReason; readonly forced: boolean; readonly stderrTail: string };

/** The exit reason of an OS process's own process when it failed; see {@link OsProcess.pid}. */
export type OsExitReason = { readonly kind: 'os_exit'; readonly program: string; readonly exit: OsExit };

describeKinds<OsExitReason>(['os_exit'], ({ program, exit }) =>
  exit.kind === 'not_started' ? describeOsExit(exit) : `${basename(program)} ${describeOsExit(exit)}`,
);

/** Whether an exit needs somebody's attention: not code 0, and not ended by us for a reason other than time. */
export const isOsFailure = (exit: OsExit): boolean => {
  switch (exit.kind) {
    case 'exited':
      return exit.exitCode !== 0;
    case 'signalled':
    case 'not_started':
    case 'timed_out':
      return true;
    case 'stopped':
    case 'owner_died':
      return false;
  }
};

/** Why we ended an OS process. */
export type EndReason = 'stopped' | 'timed_out' | 'owner_died';

/**
 * One sentence for people, the last lines of stderr included.
 *
 * @example
 * describeOsExit({ kind: 'exited', exitCode: 3, stderrTail: 'no space left' }); // => 'exited with code 3: no space left'
 */
export const describeOsExit = (exit: OsExit): string => {
  switch (exit.kind) {
    case 'exited':
      return withTail(`exited with code ${exit.exitCode}`, exit.stderrTail);
    case 'signalled':
      return withTail(`was killed by ${exit.signal}`, exit.stderrTail);
    case 'not_started':
      return `${exit.program} could not be started: ${causeText(exit.cause)}`;
    case 'stopped':
      return withTail(`was stopped${byForce(exit.forced)}`, exit.stderrTail);
    case 'timed_out':
      return withTail(`ran past its time and was stopped${byForce(exit.forced)}`, exit.stderrTail);
    case 'owner_died':
      return withTail(`was stopped with its owner${byForce(exit.forced)}`, exit.stderrTail);
  }
};

const byForce = (forced: boolean): string => (forced ? ' by force' : '');

const withTail = (text: string, stderrTail: string): string =>
  stderrTail.trim() === '' ? text : `${text}: ${stderrTail.trim()}`;

const causeText = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
