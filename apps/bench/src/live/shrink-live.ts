import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../conformance/terms.js';
import { compareLive, type LiveDifference } from './compare-live.js';
import { fewWays, judge } from './judge.js';
import { StandingRecorder } from './recorder.js';
import { smaller } from './shrink.js';
import { type Shrunk, smallestDiffering } from './shrink-search.js';

/** How a difference is shrunk. */
export interface ShrinkOptions {
  /** Longest time in seconds for going to smaller programs; to make sure of the smallest takes some more. */
  readonly seconds: number;
  /** Told how small a program is that probably differs, in characters. */
  readonly onSmaller: (length: number) => void;
}

/** Recorders at once: they mostly sleep. */
const recorders = 3;

/**
 * Leaves parts of the program out as long as the difference remains. A smaller program runs once on OTP, and on ours in
 * a few ways: most agree in the first of them. What is left in the end is compared as any other.
 */
export const shrunk = async (
  found: LiveDifference,
  { seconds, onSmaller }: ShrinkOptions,
): Promise<Shrunk<LiveDifference>> => {
  const standing = Array.from({ length: recorders }, () => new StandingRecorder());
  const stop = () => Promise.all(standing.map((recorder) => recorder.stop()));
  let timeUp = false;
  // They are ended with it, so that a program which runs for long is not waited for.
  const timer = setTimeout(() => {
    timeUp = true;
    void stop();
  }, seconds * 1000);
  try {
    return await smallestDiffering(found, {
      smaller,
      likely: async (programs) => {
        const next = await firstDiffering(programs, standing, () => timeUp);
        if (next !== undefined) onSmaller(JSON.stringify(next).length);
        return next;
      },
      confirmed: async (program) => (await compareLive([{ suite: found.suite, program }])).differing[0],
      timeUp: () => timeUp,
    });
  } finally {
    clearTimeout(timer);
    await stop();
  }
};

const firstDiffering = async (
  programs: readonly JsonObject[],
  standing: readonly StandingRecorder[],
  timeUp: () => boolean,
): Promise<JsonObject | undefined> => {
  let next = 0;
  let first = programs.length;
  const work = async (recorder: StandingRecorder): Promise<void> => {
    while (next < first && !timeUp()) {
      const at = next++;
      const program = programs[at] as JsonObject;
      const trace = await recorder.trace(program);
      if (trace === undefined || at > first) continue;
      if ((await judge(program, trace, fewWays)).kind !== 'differs') continue;
      // Once more: what OTP does not repeat is a race.
      if (isDeepStrictEqual(trace, await recorder.trace(program))) first = Math.min(first, at);
    }
  };
  await Promise.all(standing.map(work));
  return programs[first];
};
