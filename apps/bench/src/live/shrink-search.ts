import type { JsonObject } from '../conformance/terms.js';

/** What a search asks about programs. `Found` is a program known to differ, with what is known of it. */
export interface ShrinkQuestions<Found extends { readonly program: JsonObject }> {
  /** Smaller programs, the most promising first. */
  readonly smaller: (program: JsonObject) => readonly JsonObject[];
  /** The first of the programs that probably differs. Quick; may be wrong, and stops when the time is up. */
  readonly likely: (programs: readonly JsonObject[]) => Promise<JsonObject | undefined>;
  /** Looks at one of those with care; `undefined` where it does not differ after all. */
  readonly confirmed: (program: JsonObject) => Promise<Found | undefined>;
  /** Whether there is no time left. */
  readonly timeUp: () => boolean;
}

/** How far a search came. */
export interface Shrunk<Found> {
  readonly found: Found;
  /** Whether no smaller program that was thought of differs; otherwise the time was up before. */
  readonly finished: boolean;
}

/**
 * Goes from a program that differs to smaller ones that probably do, as far as that leads, and then looks back from
 * there with care for the last that does; from that one it goes on. No program is asked about twice. When the time is
 * up, the smallest so far is looked for in the same way.
 */
export const smallestDiffering = async <Found extends { readonly program: JsonObject }>(
  first: Found,
  { smaller, likely, confirmed, timeUp }: ShrinkQuestions<Found>,
): Promise<Shrunk<Found>> => {
  const asked = new Set<string>();

  /** Ever smaller programs that probably differ. */
  const descend = async (from: JsonObject): Promise<readonly JsonObject[]> => {
    const path: JsonObject[] = [];
    for (let program: JsonObject | undefined = from; program !== undefined && !timeUp(); ) {
      const untried: readonly JsonObject[] = smaller(program).filter(
        (one) => !asked.has(JSON.stringify(one)),
      );
      const next: JsonObject | undefined = await likely(untried);
      const last = next === undefined ? untried.length : untried.indexOf(next) + 1;
      for (const one of untried.slice(0, last)) asked.add(JSON.stringify(one));
      if (next !== undefined) path.push(next);
      program = next;
    }
    return path;
  };

  /** The last of the path that differs; where not the very last does, by halves. */
  const lastOf = async (path: readonly JsonObject[]): Promise<Found | undefined> => {
    let best: Found | undefined;
    for (let low = 0, high = path.length, at = high - 1; low < high; at = (low + high) >> 1) {
      const found = await confirmed(path[at] as JsonObject);
      if (found === undefined) high = at;
      else {
        best = found;
        low = at + 1;
      }
    }
    return best;
  };

  for (let best = first; ; ) {
    const path = await descend(best.program);
    const stopped = timeUp();
    best = (await lastOf(path)) ?? best;
    if (stopped || path.length === 0) return { found: best, finished: !stopped };
  }
};
