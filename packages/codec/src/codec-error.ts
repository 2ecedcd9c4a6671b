import { errorCode } from './error-code.js';
import { type CodecFailure, type CodecResult, describeFailure } from './failure.js';

/**
 * A {@link CodecFailure} where no result can be returned: thrown by the loop over an archive's frames. Every function
 * that returns a promise gives the failure as a value instead.
 */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly failure: CodecFailure;

  constructor(failure: CodecFailure) {
    super(describeFailure(failure));
    this.failure = failure;
  }
}

/** Ends the work with a failure. */
export const fail = (failure: CodecFailure): never => {
  throw new CodecError(failure);
};

/** The work's value or failure as a result. Whatever else it throws is a bug, ours or the caller's, and passes. */
export const toResult = async <Value>(work: () => Promise<Value>): Promise<CodecResult<Value>> => {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof CodecError) return { ok: false, failure: error.failure };
    throw error;
  }
};

/** Ends the work because the system does not take what is written to a path. */
export const failToWrite = (path: string, cause: unknown): never =>
  fail(errorCode(cause) === 'ENOSPC' ? { kind: 'disk_full', path } : { kind: 'unwritable', path, cause });

/** Ends the work if the signal has fired. */
export const checkCancelled = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) fail({ kind: 'cancelled' });
};
