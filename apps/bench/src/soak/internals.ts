// What the runtime keeps about a process behind its public types. A leak there is a leak all the same, so
// the soak looks: this file alone knows how it is called.
import type { AnyPid, System } from '@memvisor/supervisor';

interface Sized {
  readonly size: number;
}
interface Caller {
  readonly nextOfServer: Caller | undefined;
}
interface ProcessInside {
  readonly watchers: Sized | undefined;
  readonly timers: Sized | undefined;
  readonly calls: Sized | undefined;
  readonly callers: Caller | undefined;
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
  readonly callsIn: number;
  readonly endListeners: number;
}

export const holdingsOf = (pid: AnyPid): Holdings => {
  const { watchers, timers, calls, callers, endListeners } = pid as unknown as ProcessInside;
  let callsIn = 0;
  for (let caller = callers; caller !== undefined; caller = caller.nextOfServer) callsIn++;
  return {
    watchers: watchers?.size ?? 0,
    timers: timers?.size ?? 0,
    callsOut: calls?.size ?? 0,
    callsIn,
    endListeners: endListeners?.length ?? 0,
  };
};

export const namesIn = (system: System): number => (system as unknown as SystemInside).names.size;
export const callsIn = (system: System): number => (system as unknown as SystemInside).deadlines.pending;
