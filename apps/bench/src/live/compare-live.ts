import { compareTraces, type Difference } from '../conformance/compare.js';
import { InvalidProgram } from '../conformance/elixir-errors.js';
import type { Op } from '../conformance/program.js';
import { runProgram } from '../conformance/run-program.js';
import type { Json, JsonObject } from '../conformance/terms.js';
import type { LiveProgram } from './arbitraries.js';
import { record } from './recorder.js';
import { smaller } from './shrink.js';

/** A program on which we and OTP differ. */
export interface LiveDifference {
  readonly suite: string;
  readonly program: JsonObject;
  readonly trace: readonly Json[];
  readonly differences: readonly Difference[];
}

/** What a comparison came to. */
export interface LiveOutcome {
  readonly compared: number;
  /** Programs whose outcome in OTP depends on a race. */
  readonly dropped: number;
  readonly differing: readonly LiveDifference[];
}

const quick = { runs: 3, schedulers: 1 };
const careful = { runs: 4, schedulers: 2 };

const onceThrough = async (
  program: JsonObject,
  trace: readonly Json[],
  how: Variant,
): Promise<readonly Difference[]> => {
  try {
    return compareTraces(program.ops as readonly Op[], trace, await runProgram(program, how));
  } catch (error) {
    const got = error instanceof InvalidProgram ? error.message : String((error as Error).stack);
    return [{ number: 0, op: undefined, where: 'the program', expected: undefined, got }];
  }
};

type Variant = { readonly pauses?: boolean; readonly momentMs?: number };

/**
 * The ways a program may come out: as it is; with a pause at each event, where OTP lets others run; and with the
 * moment that the recorder waits after a start, in real time, taking longer, as it does on a busy machine.
 */
const variants: readonly Variant[] = [{}, { pauses: true }, { momentMs: 45 }];

/** A program that comes out as in OTP in one way or the other depends on a race. */
const differencesOf = async (program: JsonObject, trace: readonly Json[]): Promise<readonly Difference[]> => {
  let first: readonly Difference[] | undefined;
  for (const how of variants) {
    const differences = await onceThrough(program, trace, how);
    if (differences.length === 0) return differences;
    first ??= differences;
  }
  return first ?? [];
};

/** Runs programs on OTP and on ours. A difference must hold on one scheduler and on two. */
export const compareLive = async (programs: readonly LiveProgram[]): Promise<LiveOutcome> => {
  const traces = await record(
    programs.map(({ program }) => program),
    quick,
  );
  const suspects: LiveDifference[] = [];
  for (const [i, { suite, program }] of programs.entries()) {
    const trace = traces[i];
    if (trace === undefined) continue;
    const differences = await differencesOf(program, trace);
    if (differences.length > 0) suspects.push({ suite, program, trace, differences });
  }
  const dropped = traces.filter((trace) => trace === undefined).length;
  const differing = await confirmed(suspects);
  return { compared: programs.length - dropped, dropped, differing };
};

/** Those among them whose trace OTP repeats on two schedulers. */
const confirmed = async (suspects: readonly LiveDifference[]): Promise<readonly LiveDifference[]> => {
  if (suspects.length === 0) return [];
  const again = await record(
    suspects.map(({ program }) => program),
    careful,
  );
  return suspects.filter(({ trace }, i) => JSON.stringify(trace) === JSON.stringify(again[i]));
};

const batch = 60;

/** Leaves parts of the program out as long as the difference remains. */
export const shrunk = async (found: LiveDifference): Promise<LiveDifference> => {
  let best = found;
  for (let tried = 0; ; ) {
    const candidates = smaller(best.program).slice(tried, tried + batch);
    if (candidates.length === 0) return best;
    const { differing } = await compareLive(candidates.map((program) => ({ suite: best.suite, program })));
    const [next] = differing;
    if (next === undefined) tried += batch;
    else {
      best = next;
      tried = 0;
    }
  }
};
