import type { Task } from './task.js';

/**
 * What a task's owner gets when the task is done and nobody waits for it: its value. A `DOWN` message with
 * the task's `ref` follows, unless `demonitor` takes that back. A task that fails gives the `DOWN` alone.
 */
export class TaskMessage<Result = unknown> {
  readonly type = 'task';
  constructor(
    readonly task: Task<Result>,
    readonly value: Result,
  ) {}
}
