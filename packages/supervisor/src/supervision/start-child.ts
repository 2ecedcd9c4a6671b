import type { StartFailure } from '../process/behaviour.js';
import { Exit, reasonOfThrown } from '../process/errors.js';
import type { ExitReason } from '../process/exit-reason.js';
import type { LiveProcess } from '../process/live-process.js';
import { Process } from '../process/process.js';
import { isPromise, type MaybePromise } from '../process/protocol.js';
import type { CheckedSpec } from './check-child-spec.js';
import type { AnyStartResult } from './child-spec.js';

type Start = (ctx: LiveProcess, ...extra: readonly unknown[]) => MaybePromise<AnyStartResult>;

/**
 * Runs a spec's start function in the supervisor. Whatever it returns or throws comes back as a start
 * result, at once where it needs no promise.
 */
export const startChild = (
  supervisor: Process,
  { start }: CheckedSpec,
  extra?: readonly unknown[],
): MaybePromise<AnyStartResult> => {
  try {
    const run = start as unknown as Start;
    const ctx = supervisor as LiveProcess;
    const result = extra === undefined ? run(ctx) : run(ctx, ...extra);
    return isPromise(result) ? result.then(startResult, threw) : startResult(result);
  } catch (thrown) {
    return threw(thrown);
  }
};

/** A start function that threw. Kept apart from a start that failed: a static supervisor tells them apart. */
export class StartThrew {
  readonly ok = false;
  readonly kind = 'error';
  readonly reason: ExitReason;
  constructor(thrown: unknown) {
    this.reason = reasonOfThrown(thrown);
  }
}

const threw = (thrown: unknown): StartFailure => new StartThrew(thrown);

const failures: ReadonlySet<unknown> = new Set([
  'ignore',
  'already_started',
  'error',
] satisfies StartFailure['kind'][]);

const startResult = (result: AnyStartResult): AnyStartResult => {
  if (typeof result === 'object' && result !== null)
    if (result.ok === true ? result.pid instanceof Process : result.ok === false && failures.has(result.kind))
      return result;
  // Anything else is no start result: OTP reports it as the error that it is.
  return { ok: false, kind: 'error', reason: result };
};

/** A failed start as an exit reason. */
export const failureReason = (failure: Exclude<StartFailure, { readonly kind: 'ignore' }>): ExitReason => {
  if (failure.kind === 'already_started') return { kind: 'already_started', pid: failure.pid };
  return failure instanceof StartThrew ? { kind: 'EXIT', reason: failure.reason } : failure.reason;
};

/** Takes the place of the start function of a child that is not started again. */
export const forgotten = (): never => {
  throw new Exit('noproc', 'a temporary child is not started again');
};
