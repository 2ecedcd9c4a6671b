import type { Context } from '../../process/context.js';
import { type AnyPid, processOf } from '../../process/pid.js';
import type { Process } from '../../process/process.js';
import { System } from '../../process/system.js';

/** Who starts a task: a process by its context, or code outside of any process, by its system. */
export type TaskOwner = (Pick<Context, 'call'> & { readonly self: AnyPid }) | System;

/** Where a task belongs. */
export const whoseTask = (
  owner: TaskOwner,
): { readonly system: System; readonly process: Process | undefined } => {
  if (owner instanceof System) return { system: owner, process: undefined };
  const process = processOf(owner.self);
  return { system: process.system, process };
};
