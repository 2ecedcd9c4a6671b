import { CallExit } from '@memvisor/supervisor';
import { type ArchiveFailure, describeArchiveFailure } from './failure.js';

/** What an archive replied, or why it did not. */
export type KeeperReply<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: ArchiveFailure };

/** Thrown to whoever asks an opened archive that does not answer. */
export class ArchiveGone extends Error {
  override readonly name = 'ArchiveGone';
  constructor(readonly failure: ArchiveFailure) {
    super(describeArchiveFailure(failure));
  }
}

/** The same as a value; anything else is thrown on. */
export const whyGone = (error: unknown): KeeperReply<never> & { readonly ok: false } => {
  if (!(error instanceof ArchiveGone)) throw error;
  return { ok: false, failure: error.failure };
};

/** Of what a request rejects with: that whoever was asked is gone, as a value. Anything else is thrown on. */
export const callExit = (error: unknown): CallExit => {
  if (error instanceof CallExit) return error;
  throw error;
};
