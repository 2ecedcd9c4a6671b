// What the runtime keeps about a process behind its public types. A leak there is a leak all the same, so
// the soak looks: this file alone knows how it is called.
import type { AnyPid, System } from '@memvisor/supervisor';

interface Sized {
  readonly size: number;
}
interface ProcessInside {
  readonly watchers: Sized | undefined;
  readonly timers: Sized | undefined;
  readonly calls: Sized | undefined;
  readonly owed: Sized | undefined;
  readonly endListeners: readonly unknown[] | undefined;
}
interface SystemInside {
  readonly names: Sized;
  readonly deadlines: { readonly pending: number };
}

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
  const { watchers, timers, calls, owed, endListeners } = inside<ProcessInside>(pid, [
    'watchers',
    'timers',
    'calls',
    'owed',
    'endListeners',
  ]);
  return {
    watchers: watchers?.size ?? 0,
    timers: timers?.size ?? 0,
    callsOut: calls?.size ?? 0,
    callsIn: owed?.size ?? 0,
    endListeners: endListeners?.length ?? 0,
  };
};

export const namesIn = (system: System): number => inside<SystemInside>(system, ['names']).names.size;
export const callsIn = (system: System): number =>
  inside<SystemInside>(system, ['deadlines']).deadlines.pending;
