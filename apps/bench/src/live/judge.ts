import { compareTraces, type Difference } from '../conformance/compare.js';
import { InvalidProgram } from '../conformance/elixir-errors.js';
import type { Op } from '../conformance/program.js';
import { type RunOptions, runProgram } from '../conformance/run-program.js';
import type { Json, JsonObject } from '../conformance/terms.js';

/** How a program comes out on our runtime, beside what OTP did. */
export type Verdict =
  | { readonly kind: 'same' }
  /** As in OTP, but only with a pause at events or at the recorder's pace: the program races in OTP. */
  | { readonly kind: 'race'; readonly how: RunOptions }
  | { readonly kind: 'differs'; readonly differences: readonly Difference[] };

/**
 * Runs a program as it is and, where that is not what OTP did, in the other ways that OTP may go. Each changes when
 * things happen and nothing else, and one of them has to give all of OTP's trace.
 */
export const judge = async (
  program: JsonObject,
  trace: readonly Json[],
  ways: readonly RunOptions[] = otherWays,
): Promise<Verdict> => {
  const differences = await differencesOf(program, trace, {});
  if (differences.length === 0) return { kind: 'same' };
  for (const how of ways)
    if ((await differencesOf(program, trace, how)).length === 0) return { kind: 'race', how };
  return { kind: 'differs', differences };
};

/**
 * What the recorder's waiting costs when its sleeps end `lateMs` late: OTP runs in real time, and finds that the
 * system has settled by looking four times, 1 ms apart. Some 8 ms pass with each op, which add up.
 */
const pace = (lateMs: number): RunOptions => ({ momentMs: 20 + lateMs, settleMs: 4 * (1 + lateMs) });

/** From no later than asked for to 2 ms, so close together that a timer can't slip between two ops unseen. */
const paces = Array.from({ length: 33 }, (_, i) => pace(i / 16));

/** A few of all the ways, enough for a first look. */
export const fewWays: readonly RunOptions[] = [{ pauses: true }, { momentMs: 45 }, pace(0), pace(1), pace(2)];

/** With a pause at each event, where OTP lets others run; with one long moment, as on a busy machine; at a pace. */
const otherWays: readonly RunOptions[] = [
  { pauses: true },
  { momentMs: 45 },
  ...paces,
  ...paces.map((how) => ({ ...how, pauses: true })),
];

const differencesOf = async (
  program: JsonObject,
  trace: readonly Json[],
  how: RunOptions,
): Promise<readonly Difference[]> => {
  try {
    return compareTraces(program.ops as readonly Op[], trace, await runProgram(program, how));
  } catch (error) {
    const got = error instanceof InvalidProgram ? error.message : String((error as Error).stack);
    return [{ number: 0, op: undefined, where: 'the program', expected: undefined, got }];
  }
};
