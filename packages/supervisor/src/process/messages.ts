import type { ExitReason } from './exit-reason.js';
import type { AnyPid } from './pid.js';

/** What kind of message a mailbox slot holds. */
export const Tag = {
  /** A plain message. */
  info: 0,
  cast: 1,
  /** The payload is a PendingCall. */
  call: 2,
  /** The payload is an ExitMessage: an exit signal that the process trapped. */
  exit: 3,
  /** The payload is a SystemRequest, as `sys` sends it. */
  system: 4,
} as const;

/** An exit signal that arrived at a process which traps exits. */
export class ExitMessage {
  readonly type = 'EXIT';
  constructor(
    readonly from: AnyPid,
    readonly reason: ExitReason,
  ) {}
}

/** Identifies one monitor; made by `ctx.monitor`. */
export interface MonitorRef {
  /** The process that is watched; `undefined` when the name had no process. */
  readonly target: AnyPid | undefined;
}

/** A monitored process is gone. */
export class DownMessage {
  readonly type = 'DOWN';
  constructor(
    readonly ref: MonitorRef,
    readonly from: AnyPid | undefined,
    readonly reason: ExitReason,
  ) {}
}

/** Nothing arrived within the time that the last callback asked for. */
export class TimeoutMessage {
  readonly type = 'timeout';
}

/** Messages that the runtime itself delivers to `info` callbacks and to `receive`. */
export type SystemMessage = ExitMessage | DownMessage | TimeoutMessage;

/** A request that acts on the process itself, whatever its behaviour. */
export interface SystemRequest {
  readonly run: () => void;
}
