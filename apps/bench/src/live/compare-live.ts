import type { Difference } from '../conformance/compare.js';
import type { Json, JsonObject } from '../conformance/terms.js';
import type { LiveProgram } from './arbitraries.js';
import { judge } from './judge.js';
import { record } from './recorder.js';

/** A program on which we and OTP differ. */
export interface LiveDifference {
  readonly suite: string;
  readonly program: JsonObject;
  readonly trace: readonly Json[];
  readonly differences: readonly Difference[];
}

/** What a comparison came to. */
export interface LiveOutcome {
  /** Programs that came out as in OTP. */
  readonly same: number;
  /** Programs that OTP itself did not repeat: they race. */
  readonly unrepeated: number;
  /** Programs that came out as in OTP, but in one of the other ways that it may go: they race too. */
  readonly raced: number;
  readonly differing: readonly LiveDifference[];
}

const quick = { runs: 3, schedulers: 1 };
const careful = { runs: 4, schedulers: 2 };

/** Runs programs on OTP and on ours. A difference must hold on one scheduler and on two. */
export const compareLive = async (programs: readonly LiveProgram[]): Promise<LiveOutcome> => {
  const traces = await record(
    programs.map(({ program }) => program),
    quick,
  );
  let same = 0;
  let raced = 0;
  const suspects: LiveDifference[] = [];
  for (const [i, { suite, program }] of programs.entries()) {
    const trace = traces[i];
    if (trace === undefined) continue;
    const verdict = await judge(program, trace);
    if (verdict.kind === 'same') same++;
    else if (verdict.kind === 'race') raced++;
    else suspects.push({ suite, program, trace, differences: verdict.differences });
  }
  const differing = await confirmed(suspects);
  const unrepeated = programs.length - same - raced - differing.length;
  return { same, unrepeated, raced, differing };
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
