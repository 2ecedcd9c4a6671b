// Tasks.
export type { AsyncStreamOptions, StreamFunction, StreamSource } from './async-stream.js';
export type { TaskOutcome } from './outcome.js';
export { Task, type TaskFunction } from './task.js';
export { TaskMessage } from './task-message.js';
export type { TaskOwner } from './task-owner.js';
export { defineTask } from './task-process.js';
export { startTaskSupervisor, type TaskSupervisorOptions, taskSupervisor } from './task-supervisor.js';
/** What one can ask of a supervisor of tasks. */
export * as TaskSupervisor from './task-supervisor-client.js';
export { type StartTaskResult, type TaskShutdown, TaskStartError } from './task-supervisor-client.js';
