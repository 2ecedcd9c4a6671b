import type { Definition, StartResult } from './behaviour.js';
import type { ExitReason } from './exit-reason.js';
import type { ProcessBody, receiveTimeout } from './function-process.js';
import type { MonitorRef } from './messages.js';
import type { From } from './pending-call.js';
import type { AnyPid, AnyRef, Pid, ProcessName, ServerRef } from './pid.js';
import type { CallOf, CastOf, InfoOf, Message, Protocol, ReplyOf } from './protocol.js';
import type { StartOptions } from './start.js';

/** A timer made by `ctx.sendAfter`. */
export interface Timer {
  /** Gives the timer up; the milliseconds that were left, or `undefined` when it had fired. */
  cancel(): number | undefined;
}

/** A process's context where its protocol does not matter, as when it becomes the parent of another. */
export interface AnyContext {
  /** The process's pid. */
  readonly self: AnyPid;
}

/**
 * What a process can do; every callback gets its own process's. After the process has ended nothing here
 * has an effect any more, and what waits is rejected with the exit reason.
 */
export interface Context<P = unknown> {
  /** This process's pid. */
  readonly self: Pid<P>;
  /** The process that started this one. */
  readonly parent: AnyPid | undefined;
  /** Fires when this process ends; its reason is an `Exit`. Hand it to whatever an async callback waits for. */
  readonly signal: AbortSignal;

  /** Calls a server and waits for its reply; see `call`. */
  call<Q extends Protocol, const R extends CallOf<Q>>(
    server: ServerRef<Q>,
    request: R,
    timeoutMs?: number,
  ): Promise<ReplyOf<Q, R & Message>>;
  /** Sends a message that is not answered; see `cast`. */
  cast<Q extends Protocol>(server: ServerRef<Q>, message: CastOf<Q>): void;
  /** Asks a server to stop and waits until it is gone; see `stopServer`. */
  stop(server: AnyRef, reason?: ExitReason, timeoutMs?: number): Promise<void>;
  /** Sends a plain message. Throws an `ArgumentError` when it is for a name that nobody has. */
  send<Q>(to: ServerRef<Q>, message: InfoOf<Q>): void;
  /** Answers a call whose `from` was kept. */
  reply<Reply>(from: From<Reply>, value: Reply): void;
  /** Sends a plain message to `to` after `delayMs` milliseconds, unless this process ends before. */
  sendAfter<Q>(to: ServerRef<Q>, message: InfoOf<Q>, delayMs: number): Timer;
  /** Resolves after `delayMs` milliseconds; rejects when this process ends. */
  sleep(delayMs: number): Promise<void>;

  /** Ties this process and another: the end of one is an exit signal for the other. */
  link(pid: AnyPid): void;
  /** Undoes a link. */
  unlink(pid: AnyPid): void;
  /** Watches a process: a `DOWN` message comes when it ends. */
  monitor(target: AnyRef): MonitorRef;
  /**
   * Takes a monitor back; whether it was still watching. With `flush`, a `DOWN` message of it that waits in
   * the mailbox is removed.
   */
  demonitor(ref: MonitorRef, options?: { readonly flush?: boolean }): boolean;
  /** Sends an exit signal. */
  exit(pid: AnyPid, reason: ExitReason): void;
  /** Ends this process with `reason`; does not return. */
  exitSelf(reason: ExitReason): never;
  /** Whether exit signals arrive as `EXIT` messages; returns the old setting. Off at first. */
  trapExit(value: boolean): boolean;

  /** Starts a process that runs `body`. */
  spawn(body: ProcessBody): Pid;
  /** The same, linked to this process. */
  spawnLink(body: ProcessBody): Pid;
  /** The same, monitored by this process. */
  spawnMonitor(body: ProcessBody): { readonly pid: Pid; readonly ref: MonitorRef };
  /** Starts a server that is not linked to this process. */
  start<Q, A>(definition: Definition<Q, A>, args: A, options?: StartOptions<Q>): Promise<StartResult<Q>>;
  /** Starts a server that is linked to this process. */
  startLink<Q, A>(definition: Definition<Q, A>, args: A, options?: StartOptions<Q>): Promise<StartResult<Q>>;

  /** Gives a live process a name. Throws an `ArgumentError` when the name or the process is not free. */
  register<Q>(name: ProcessName<Q>, pid: Pid<Q>): void;
  /** Takes a name back. Throws an `ArgumentError` when nobody has it. */
  unregister(name: ProcessName): void;
  /** Who has the name. */
  whereis<Q>(name: ProcessName<Q>): Pid<Q> | undefined;
  /** Whether the process lives. */
  isAlive(pid: AnyPid): boolean;

  /** In a bare process: the oldest waiting message, or the next one. */
  receive(): Promise<unknown>;
  /** In a bare process: the oldest message that `wanted` accepts; the others stay. */
  receive(wanted: (message: unknown) => boolean): Promise<unknown>;
  /** The same, giving up after `timeoutMs` with {@link receiveTimeout}. */
  receive(
    wanted: ((message: unknown) => boolean) | undefined,
    timeoutMs: number,
  ): Promise<unknown | typeof receiveTimeout>;
}
