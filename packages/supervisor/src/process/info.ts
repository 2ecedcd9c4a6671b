import { linksOf } from './links.js';
import type { MonitorRef } from './messages.js';
import { type AnyPid, processOf } from './pid.js';

/** What `processInfo` tells of a live process. */
export interface ProcessInfo {
  /** The behaviour: `'gen_server'`, `'supervisor'`, `'function'` … */
  readonly kind: string;
  /** The definition's name. */
  readonly label: string;
  /** The name that it is registered under. */
  readonly registeredName: string | undefined;
  /** The process that started it. */
  readonly parent: AnyPid | undefined;
  /** Processes linked to it. */
  readonly links: readonly AnyPid[];
  /** Monitors that it holds; one for each, also where several watch the same process. */
  readonly monitors: readonly MonitorRef[];
  /** Whether exit signals reach it as messages. */
  readonly trapsExits: boolean;
  /** Messages waiting. */
  readonly messageQueueLength: number;
  /** `'running'`: a callback is at work or a message waits; `'suspended'`: by `sys.suspend`. */
  readonly status: 'waiting' | 'running' | 'suspended';
}

/**
 * What a process is tied to and busy with, as `Process.info/1`; `undefined` when it is gone.
 *
 * @example
 * processInfo(pid)?.links.length; // => 1
 */
export const processInfo = (pid: AnyPid): ProcessInfo | undefined => {
  const process = processOf(pid);
  if (process.dead) return undefined;
  const messageQueueLength = (process.mailbox?.length ?? 0) + (process.behaviour.held?.(process) ?? 0);
  return {
    kind: process.behaviour.kind,
    label: process.behaviour.label,
    registeredName: process.registeredName,
    parent: process.parent,
    links: linksOf(process),
    monitors: [...(process.monitors ?? [])],
    trapsExits: process.trapping,
    messageQueueLength,
    status: process.suspended ? 'suspended' : process.busy || process.queued ? 'running' : 'waiting',
  };
};
