// What the runtime keeps about a process behind its public types. A leak there is a leak all the same, so
// the soak looks: this file alone knows how it is called.
import type { AnyPid, System } from '@memvisor/supervisor';

/** None, a collection, or one alone, kept as itself. */
type Some = undefined | { readonly size: number } | readonly unknown[] | object;

interface ProcessInside {
  readonly watchers: Some;
  readonly timers: Some;
  readonly calls: Some;
  readonly owed: Some;
  readonly endListeners: Some;
}
interface SystemInside {
  readonly names: { readonly size: number };
  readonly deadlines: { readonly pending: number };
}

const countOf = (some: Some): number => {
  if (some === undefined) return 0;
  if (Array.isArray(some)) return some.length;
  return 'size' in some ? some.size : 1;
};

/** How much hangs on a process. */
export interface Holdings {
  readonly watchers: number;
  readonly timers: number;
  readonly callsOut: number;
  /** Calls that it has taken up and not answered. */
  readonly callsIn: number;
  readonly endListeners: number;
}

/** Without the fields the soak would see no leak in them: then it does not run at all. */
const inside = <Inside extends object>(outside: object, fields: readonly (keyof Inside)[]): Inside => {
  const missing = fields.find((field) => !(field in outside));
  if (missing !== undefined)
    throw new Error(`the runtime has no ${String(missing)} any more: adapt internals.ts`);
  return outside as Inside;
};

export const holdingsOf = (pid: AnyPid): Holdings => {
  const { watchers, timers, calls, owed, endListeners } = inside<ProcessInside>(pid, fields);
  return {
    watchers: countOf(watchers),
    timers: countOf(timers),
    callsOut: countOf(calls),
    callsIn: countOf(owed),
    endListeners: countOf(endListeners),
  };
};
const fields = ['watchers', 'timers', 'calls', 'owed', 'endListeners'] as const;

export const namesIn = (system: System): number => inside<SystemInside>(system, ['names']).names.size;
export const callsIn = (system: System): number =>
  inside<SystemInside>(system, ['deadlines']).deadlines.pending;
