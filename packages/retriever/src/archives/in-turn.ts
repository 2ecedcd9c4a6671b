import { within } from './within.js';

/** Runs a few things at a time, the others when it is their turn. */
export type InTurn = (work: () => Promise<void>) => Promise<void>;

/** Resolves when the turn has come, and tells when what it was for is done. */
export type Begun = Promise<{ readonly done: Promise<void> }>;

/**
 * Begins `work` when its turn comes. The turn ends with the work or after `turnMs`: what hangs goes on, but does not keep the
 * others from beginning.
 */
export const beginInTurn = (inTurn: InTurn, turnMs: number, work: () => Promise<void>): Begun =>
  new Promise((resolve, reject) => {
    inTurn(async () => {
      const done = work();
      resolve({ done });
      await within(done, turnMs);
    }).catch(reject);
  });
