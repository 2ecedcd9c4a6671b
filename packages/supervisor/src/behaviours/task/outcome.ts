import type { ExitReason } from '../../process/exit-reason.js';

/** How a task came out: with its value, or with the reason that it ended for instead. */
export type TaskOutcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly reason: ExitReason };
