import { describeReason, type ExitReason } from '../process/exit-reason.js';
import type { AnyPid } from '../process/pid.js';

/** Why an application ended. */
export type ShutdownCause =
  /** The operating system asked for it. */
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** The program did, with `application.stop`. */
  | { readonly kind: 'stopped'; readonly reason: ExitReason }
  /** The root supervisor ended by itself: its restart budget was spent, or its significant children are done. */
  | { readonly kind: 'ended'; readonly reason: ExitReason };

/** How far the shutdown got. */
export type ShutdownOutcome =
  /** Every process has ended in its turn; some may have been killed by their supervisors for being late. */
  | 'complete'
  /** The time for all was up: the rest was killed at once. */
  | 'deadline'
  /** A second signal came: the rest was killed at once. */
  | 'forced';

/** One process of the application, and how it ended. */
export interface StoppedProcess {
  /** The ids of the child specs that lead to it from the root, its own the last; of a dynamic child, its pid. */
  readonly path: readonly unknown[];
  readonly id: unknown;
  readonly pid: AnyPid;
  readonly reason: ExitReason;
  /** `'killed'`: it did not end in the time that it had. */
  readonly outcome: 'stopped' | 'killed';
  /** From when it was asked to end, or else from the start of the shutdown, in milliseconds. */
  readonly tookMs: number;
}

/** What a shutdown came to. */
export interface ShutdownReport {
  readonly cause: ShutdownCause;
  readonly outcome: ShutdownOutcome;
  /** In the order in which they ended. */
  readonly stopped: readonly StoppedProcess[];
  readonly tookMs: number;
  /**
   * For Node: 0 after an orderly end, 1 when the root supervisor gave up or the deadline passed, and as the
   * shell has it 128 and the signal's number (130 for SIGINT, 143 for SIGTERM) when a second signal came.
   */
  readonly exitCode: number;
}

/** The report in words, one line for the whole and one for each process that was killed. */
export const describeShutdown = ({ cause, outcome, stopped, tookMs }: ShutdownReport): string => {
  const killed = stopped.filter((one) => one.outcome === 'killed');
  const head = `${describeCause(cause)}: ${stopped.length} ${stopped.length === 1 ? 'process' : 'processes'} ended in ${Math.round(tookMs)} ms, ${
    outcomes[outcome]
  }, ${killed.length === 0 ? 'none' : killed.length} killed`;
  return [head, ...killed.map(describeKilled)].join('\n');
};

const outcomes: { readonly [outcome in ShutdownOutcome]: string } = {
  complete: 'in order',
  deadline: 'until the time was up',
  forced: 'until a second signal came',
};

const describeCause = (cause: ShutdownCause): string =>
  cause.kind === 'signal'
    ? `stopped by ${cause.signal}`
    : cause.kind === 'stopped'
      ? `stopped with reason ${describeReason(cause.reason)}`
      : `the root supervisor ended with reason ${describeReason(cause.reason)}`;

const describeKilled = ({ path, pid, tookMs }: StoppedProcess): string =>
  `killed: ${path.map(String).join('/')} ${pid} after ${Math.round(tookMs)} ms`;
