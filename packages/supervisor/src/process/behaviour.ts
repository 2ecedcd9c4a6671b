import type { ExitReason } from './exit-reason.js';
import type { AnyPid, Pid, ProcessName } from './pid.js';
import type { Process } from './process.js';
import type { MaybePromise } from './protocol.js';

/** How an attempt to start a process came out. */
export type StartResult<P = unknown> =
  | {
      readonly ok: true;
      readonly pid: Pid<P>;
      /** What a supervisor's start function adds for its caller: `{ok, Pid, Info}` in OTP. */
      readonly info?: unknown;
    }
  | StartFailure;

/** Every way a start can fail to give a process. */
export type StartFailure =
  /** `init` said that there is nothing to run. */
  | { readonly ok: false; readonly kind: 'ignore' }
  /** The name belongs to `pid`. */
  | { readonly ok: false; readonly kind: 'already_started'; readonly pid: AnyPid }
  /** `init` stopped, crashed, was killed or ran out of time (`'timeout'`). */
  | { readonly ok: false; readonly kind: 'error'; readonly reason: ExitReason };

/** How `init` came out, as the runtime sees it. `next` runs after the starter has its answer. */
export type InitOutcome =
  | { readonly kind: 'ok'; readonly next?: () => MaybePromise<void> }
  | { readonly kind: 'ignore' }
  /** The starter hears `error` where that differs from the reason that the process ends with. */
  | { readonly kind: 'stop'; readonly reason: ExitReason; readonly error?: ExitReason };

/**
 * What kind of process a process is. One object serves all processes of a definition; what belongs to one
 * process is in `process.data`.
 */
export interface Behaviour {
  /** `'gen_server'`, `'supervisor'` … for observers. */
  readonly kind: string;
  /** The definition's name, for observers and logs. */
  readonly label: string;
  /** What its processes are registered under when the starter gives no name. */
  readonly ownName?: ProcessName;
  /** May throw: the process then ends with that as its reason. */
  init(process: Process, args: unknown): MaybePromise<InitOutcome>;
  /** Handles one message. While a returned promise is pending, the process handles no other. */
  receive(process: Process, tag: number, payload: unknown): MaybePromise<void>;
  /** `init`'s continuation or `receive` threw. Without this the process ends with the error at once. */
  failed?(process: Process, thrown: unknown): MaybePromise<void>;
  /** `sys:terminate`: ends the process in its own way with `reason`. Without this it ends at once. */
  stop?(process: Process, reason: ExitReason): MaybePromise<void>;
  /** Whether its own code runs, or awaits something else than a message, where no callback of the runtime is pending. */
  occupied?(process: Process): boolean;
  /** How many messages it has taken from the mailbox but not handled; they count for a mailbox's bound. */
  held?(process: Process): number;
  /** Drops messages that it has taken from the mailbox but not handled. */
  forget?(process: Process, unwanted: (payload: unknown) => boolean): void;
  /** The state as `sys.getState` shows it. */
  getState?(process: Process): unknown;
  /** Replaces the state, as `sys.replaceState` does. */
  replaceState?(process: Process, change: (state: unknown) => unknown): unknown;
}

export const behaviourOf: unique symbol = Symbol('memvisor.behaviour');

/** What `start` can start: a server, a state machine, an agent … of protocol `P`, given `Args`. */
export interface Definition<in out P, in Args> {
  readonly name: string;
  readonly [behaviourOf]: Behaviour;
  readonly protocol?: (protocol: P) => P;
  readonly args?: (args: Args) => void;
}
