import { CodecError, type CodecFailure } from '@memvisor/codec';
import { EmbeddingError } from '@memvisor/embedding';
import type { IndexFailure } from '@memvisor/search-index';
import { RequestError } from '@memvisor/supervisor';
import { describeEncoderFailure, type EncoderFailure } from '../failure.js';

/** An expected failure on its way out of a build. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  constructor(readonly failure: EncoderFailure) {
    super(describeEncoderFailure(failure));
  }
}

/** Ends the build with a failure. */
export const fail = (failure: EncoderFailure): never => {
  throw new BuildError(failure);
};

/** The failure that an error stands for; `undefined` for a bug. */
export const failureOf = (error: unknown, signal: AbortSignal): EncoderFailure | undefined => {
  if (error instanceof BuildError) return error.failure;
  if (signal.aborted) return { kind: 'cancelled' };
  if (error instanceof EmbeddingError) return { kind: 'embedding', failure: error.failure };
  if (error instanceof CodecError) return codecFailure(error.failure, new Map());
  return error instanceof RequestError && error.failure.kind === 'process_exited'
    ? { kind: 'index_process_died', detail: error.message }
    : undefined;
};

/** A failure of the codec, with the paths that the caller knows in the place of temporary ones. */
export const codecFailure = (failure: CodecFailure, pathOf: ReadonlyMap<string, string>): EncoderFailure => {
  if (failure.kind === 'cancelled') return failure;
  const path = 'path' in failure ? (pathOf.get(failure.path) ?? failure.path) : undefined;
  if (failure.kind === 'disk_full') return { kind: 'disk_full', path: path ?? failure.path };
  if (failure.kind === 'unwritable') return unwritable(path ?? failure.path, failure.cause);
  return { kind: 'codec', failure: path === undefined ? failure : ({ ...failure, path } as CodecFailure) };
};

/** A failure of the index, likewise. */
export const indexFailure = (failure: IndexFailure, path: string): EncoderFailure => {
  if (failure.kind === 'not_written')
    return failure.code === 'ENOSPC'
      ? { kind: 'disk_full', path }
      : { kind: 'unwritable', path, cause: failure.code };
  return { kind: 'index', failure };
};

/** An output that the system refuses. */
export const unwritable = (path: string, cause: unknown): EncoderFailure =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
    ? { kind: 'disk_full', path }
    : { kind: 'unwritable', path, cause };
