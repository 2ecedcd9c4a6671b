import { defaultSystem } from '../default-system.js';
import { ArgumentError } from '../process/errors.js';
import { type ProcessInfo, processInfo } from '../process/info.js';
import { ExitMessage, type SystemRequest, Tag } from '../process/messages.js';
import type { AnyPid, AnyRef } from '../process/pid.js';
import type { Process } from '../process/process.js';
import type { System } from '../process/system.js';
import { Counters, SysProbe, type TraceListener } from './probe.js';
import { defaultSysTimeoutMs, systemRequest } from './system-request.js';

/** What can be set in every function of `sys`. */
export interface SysOptions {
  /** Longest wait in milliseconds for the process to come to it: one message at a time. Default: 5,000. */
  readonly timeoutMs?: number;
  /** Where names are looked up. Default: the default system. */
  readonly system?: System;
}

/** What a process has done since its statistics were switched on. */
export interface Statistics {
  /** For how long they have been on, in milliseconds. */
  readonly sinceMs: number;
  /** Messages handled: calls, casts, plain ones and exit signals. */
  readonly messagesIn: number;
  /** Messages sent from callbacks, replies included. */
  readonly messagesOut: number;
}

/** What `getStatus` shows: what the process is tied to, and its state. */
export interface ProcessStatus extends ProcessInfo {
  readonly pid: AnyPid;
  /** As `getState` gives it; `undefined` where the behaviour shows none. */
  readonly state: unknown;
  readonly statistics: Statistics | undefined;
  /** Whether somebody traces it. */
  readonly traced: boolean;
}

const ask = <Result>(
  ref: AnyRef,
  operation: string,
  { timeoutMs = defaultSysTimeoutMs, system = defaultSystem }: SysOptions,
  run: (process: Process) => Result,
): Promise<Result> => systemRequest(system, ref, operation, timeoutMs, run);

/**
 * The state of a server, state machine, agent or supervisor, as it is between two messages. For looking, not
 * for working with: what it is made of is the server's own business.
 *
 * Like all functions of `sys` it rejects with a `CallExit` whose `failure` is `'noproc'`, `'timeout'` while
 * the process is at work, or its exit reason; a request that timed out is not carried out later.
 */
export const getState = <State = unknown>(ref: AnyRef, options: SysOptions = {}): Promise<State> =>
  ask(ref, 'get_state', options, (process) => {
    const { behaviour } = process;
    if (behaviour.getState === undefined)
      throw new ArgumentError(`sys.getState: ${process} ${behaviour.label} shows no state`);
    return behaviour.getState(process) as State;
  });

/** Replaces the state by what `change` makes of it, and gives the new one. An error of `change` changes nothing. */
export const replaceState = <State = unknown>(
  ref: AnyRef,
  change: (state: State) => State,
  options: SysOptions = {},
): Promise<State> =>
  ask(ref, 'replace_state', options, (process) => {
    const { behaviour } = process;
    if (behaviour.replaceState === undefined)
      throw new ArgumentError(`sys.replaceState: ${process} ${behaviour.label} has no state to replace`);
    return behaviour.replaceState(process, change as (state: unknown) => unknown) as State;
  });

/** Has a process handle no messages until {@link resume}: they wait. It can still be stopped and looked at. */
export const suspend = (ref: AnyRef, options: SysOptions = {}): Promise<void> =>
  ask(ref, 'suspend', options, (process) => {
    process.suspended = true;
    overtake(process);
  });

/** Lets a suspended process go on. */
export const resume = (ref: AnyRef, options: SysOptions = {}): Promise<void> =>
  ask(ref, 'resume', options, (process) => {
    process.suspended = false;
    process.makeReady();
  });

/** What a process is, is tied to and holds. */
export const getStatus = (ref: AnyRef, options: SysOptions = {}): Promise<ProcessStatus> =>
  ask(ref, 'get_status', options, (process) => ({
    ...(processInfo(process) as ProcessInfo),
    pid: process,
    state: process.behaviour.getState?.(process),
    statistics: statisticsOf(process),
    traced: process.probe instanceof SysProbe && process.probe.listeners.size > 0,
  }));

/** Starts to count messages, from zero. */
export const startStatistics = (ref: AnyRef, options: SysOptions = {}): Promise<void> =>
  ask(ref, 'statistics', options, (process) => {
    SysProbe.on(process).counters = new Counters(process.system.clock.now());
  });

/** What has been counted; `undefined` when statistics are off. */
export const getStatistics = (ref: AnyRef, options: SysOptions = {}): Promise<Statistics | undefined> =>
  ask(ref, 'statistics', options, statisticsOf);

/** Stops counting. */
export const stopStatistics = (ref: AnyRef, options: SysOptions = {}): Promise<void> =>
  ask(ref, 'statistics', options, (process) => {
    if (process.probe instanceof SysProbe) process.probe.counters = undefined;
    SysProbe.tidy(process);
  });

/**
 * Calls `listener` for every message that the process handles or sends, until the function that this gives
 * is called.
 *
 * @example
 * const untrace = await sys.trace(pid, ({ type, kind, message }) => console.log(type, kind, message));
 */
export const trace = (ref: AnyRef, listener: TraceListener, options: SysOptions = {}): Promise<() => void> =>
  ask(ref, 'trace', options, (process) => {
    SysProbe.on(process).listeners.add(listener);
    return () => {
      if (process.probe instanceof SysProbe) process.probe.listeners.delete(listener);
      SysProbe.tidy(process);
    };
  });

const statisticsOf = (process: Process): Statistics | undefined => {
  if (!(process.probe instanceof SysProbe) || process.probe.counters === undefined) return undefined;
  const { startedAt, messagesIn, messagesOut } = process.probe.counters;
  return { sinceMs: process.system.clock.now() - startedAt, messagesIn, messagesOut };
};

/** What a suspended process still listens to may wait in its mailbox already. */
const overtake = (process: Process): void => {
  const urgent: (() => void)[] = [];
  process.mailbox?.remove((tag, payload) => {
    if (tag === Tag.system) urgent.push(() => (payload as SystemRequest).run());
    else if (payload instanceof ExitMessage && process.obeys(payload.from))
      urgent.push(() => process.stopWith(payload.reason));
    else return false;
    return true;
  });
  for (const one of urgent) if (!process.dead) one();
};
