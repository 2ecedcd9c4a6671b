// What the model is made of: plain data about processes, with all that ties them together.
import type { AnyPid } from '@memvisor/supervisor';
import type { GroupKind, GroupSpec, Spec, WorkerKind } from './spec.js';

export type Reason = 'normal' | 'shutdown' | 'killed' | 'boom' | 'crash';
export type MemberKind = WorkerKind | GroupKind | 'partition' | 'bare' | 'task';

/** One process that is or was. */
export interface Member {
  readonly kind: MemberKind;
  readonly label: string;
  /** What it was started from; others than supervised processes have none. */
  readonly spec: Spec | undefined;
  /** Who started it, where it is linked to that one from its start. */
  readonly parent: Member | undefined;
  readonly trapping: boolean;
  /** Filled in from the runtime once it has come to rest. */
  pid: AnyPid | undefined;
  alive: boolean;
  at: number;
  /** By which it is picked. */
  readonly seat: number;
  readonly links: Set<Member>;
  readonly monitors: Set<Watch>;
  readonly watchers: Set<Watch>;
  readonly timers: Set<Timer>;
  /** The timer that any message cancels. */
  idle: Timer | undefined;
  /** A state machine's. */
  stateTimeout: Timer | undefined;
  readonly entries: Set<Entry>;
  /** Calls that an armed state machine has set aside, those included that nobody waits for any more. */
  readonly postponed: Set<PendingCall>;
  /** Calls by it and to it. */
  readonly calls: Set<PendingCall>;
  name: string | undefined;
  /** Plain messages that it has got: EXIT, DOWN, timeouts, results of tasks. */
  heard: number;
  /** Exit signals that a supervisor has still to handle. */
  readonly inbox: { readonly from: Member; readonly reason: Reason }[];
  /** A supervisor's children in start order, and the seconds of its restarts. */
  readonly slots: Slot[];
  restarts: number[];
  /** Sleeps under way. */
  naps: number;
  /** A task's: the timer of an owner, or of somebody outside, who waits for it. */
  awaited: Timer | undefined;
  /** Whom a task works for. */
  readonly owner: Member | undefined;
}

export interface Slot {
  readonly spec: Spec | undefined;
  member: Member | undefined;
}
export interface Watch {
  readonly watcher: Member;
  readonly target: Member;
  /** 0: a task's own, which its owner does not take back. */
  readonly number: number;
}
export interface Timer {
  readonly at: number;
  readonly number: number;
  /** Somebody may cancel it. */
  readonly cancellable: boolean;
  readonly fire: () => void;
}
export interface Entry {
  readonly registry: string;
  readonly key: string;
  readonly value: number;
  readonly owner: Member;
  readonly partition: Member;
}
/** How a call came out; `failed` with the server's reason, whichever that was. */
export type CallOutcome = 'pending' | 'released' | 'timeout' | 'failed' | 'abandoned';
export interface PendingCall {
  readonly number: number;
  readonly server: Member;
  readonly caller: Member | undefined;
  readonly deadline: Timer;
  outcome: CallOutcome;
}

/** Numbers that members are picked by; several may have the same. */
export const seatCount = 4096;

export const groupSpec = (member: Member): GroupSpec => member.spec as GroupSpec;
