import type { Entry } from './run-program.js';
import { canonical, type Json, type JsonObject } from './terms.js';

/** Where a trace differs from what OTP did. */
export interface Difference {
  /** Which op, from 1 on. */
  readonly number: number;
  readonly op: Json | undefined;
  /** `result`, `events[3]` … */
  readonly where: string;
  readonly expected: Json | undefined;
  readonly got: Json | undefined;
}

/** Every difference between two traces, in the order of the ops. */
export const compareTraces = (
  ops: readonly Json[],
  expected: readonly Json[],
  got: readonly Entry[],
): readonly Difference[] => {
  const differences: Difference[] = [];
  for (let i = 0; i < Math.max(expected.length, got.length); i++) {
    const place = { number: i + 1, op: ops[i] };
    const want = expected[i] as JsonObject | undefined;
    const have = got[i] as unknown as JsonObject | undefined;
    if (want === undefined || have === undefined) {
      differences.push({ ...place, where: 'entry', expected: want, got: have });
      continue;
    }
    const fields = [...new Set([...Object.keys(want), ...Object.keys(have)])].filter(
      (field) => field !== 'events',
    );
    for (const field of ['op', 'result', ...fields.filter((name) => name !== 'op' && name !== 'result')])
      if (text(want[field]) !== text(have[field]))
        differences.push({ ...place, where: field, expected: want[field], got: have[field] });
    differences.push(...compareEvents(place, asList(want.events), asList(have.events)));
  }
  return differences;
};

const text = (value: Json | undefined): string => (value === undefined ? '' : canonical(value));
const asList = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const compareEvents = (
  place: Pick<Difference, 'number' | 'op'>,
  expected: readonly Json[],
  got: readonly Json[],
): Difference[] => {
  const differences: Difference[] = [];
  for (let i = 0; i < Math.max(expected.length, got.length); i++)
    if (text(expected[i]) !== text(got[i]))
      differences.push({ ...place, where: `events[${i}]`, expected: expected[i], got: got[i] });
  return differences;
};

/** A difference as lines for people. */
export const describeDifference = ({ number, op, where, expected, got }: Difference): string =>
  [
    `  op ${number} ${text(op)}`,
    `    ${where}`,
    `      expected ${expected === undefined ? 'nothing' : canonical(expected)}`,
    `      got      ${got === undefined ? 'nothing' : canonical(got)}`,
  ].join('\n');
