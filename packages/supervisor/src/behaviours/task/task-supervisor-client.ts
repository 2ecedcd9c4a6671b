import { defaultSystem } from '../../default-system.js';
import { behaviourOf, type StartResult } from '../../process/behaviour.js';
import type { Context } from '../../process/context.js';
import type { ExitReason } from '../../process/exit-reason.js';
import { tie } from '../../process/links.js';
import { type AnyPid, processOf } from '../../process/pid.js';
import type { Process } from '../../process/process.js';
import type { MaybePromise } from '../../process/protocol.js';
import { sendExit } from '../../process/signals.js';
import type { ChildSpec, RestartType, Shutdown } from '../../supervision/child-spec.js';
import { request } from '../../supervision/client.js';
import { type DynamicSupervisorRef, whichChildren } from '../../supervision/dynamic-supervisor-client.js';
import type { DynamicStartChildResult, MaxChildren } from '../../supervision/protocol.js';
import {
  type AsyncStreamOptions,
  checkStreamOptions,
  type StreamFunction,
  type StreamSource,
  streamTasks,
} from './async-stream.js';
import type { TaskOutcome } from './outcome.js';
import { startTask, type Task, type TaskFunction } from './task.js';
import { type TaskOwner, whoseTask } from './task-owner.js';
import { TaskBehaviour } from './task-process.js';

/** How a supervised task came to be started. */
export type StartTaskResult<Result> =
  | { readonly ok: true; readonly task: Task<Result> }
  | MaxChildren
  /** It could not be started: the owner has ended meanwhile, for instance. */
  | { readonly ok: false; readonly kind: 'error'; readonly reason: ExitReason };

/** How a supervised task is ended: see {@link ChildSpec.shutdown}. Default: 5,000 ms. */
export interface TaskShutdown {
  readonly shutdown?: Shutdown;
}

/** Starts a task that is linked to its owner as well as to the supervisor. */
export const async = <Result>(
  supervisor: DynamicSupervisorRef,
  owner: TaskOwner,
  run: TaskFunction<Result>,
  options: TaskShutdown = {},
): Promise<StartTaskResult<Result>> => startFor(supervisor, owner, run, options, true);

/**
 * Starts a task that may fail without harm to its owner, who sees it in the task's outcome: what servers
 * use for work that is none of their own.
 *
 * @example
 * const started = await TaskSupervisor.asyncNolink(jobs, ctx, () => fetchRates());
 * if (started.ok) tasks.set(started.task, from); // …and answer in `info`, on TaskMessage and DOWN
 */
export const asyncNolink = <Result>(
  supervisor: DynamicSupervisorRef,
  owner: TaskOwner,
  run: TaskFunction<Result>,
  options: TaskShutdown = {},
): Promise<StartTaskResult<Result>> => startFor(supervisor, owner, run, options, false);

/**
 * Starts a task for its effects only. With `restart: 'transient'` it runs again when it fails, with
 * `'permanent'` whenever it is done. Default: `'temporary'`.
 */
export const startChild = (
  supervisor: DynamicSupervisorRef,
  run: TaskFunction<unknown>,
  { restart = 'temporary', ...rest }: TaskShutdown & { readonly restart?: RestartType } = {},
  asker: TaskOwner = defaultSystem,
): Promise<DynamicStartChildResult> => {
  const behaviour = new TaskBehaviour(run.name === '' ? 'task' : run.name);
  const definition = { name: behaviour.label, [behaviourOf]: behaviour };
  const start: ChildSpec['start'] = (ctx) => ctx.startLink(definition, run);
  return request(supervisor, { type: 'start_child', spec: { ...specOf(start, rest), restart } }, asker);
};

/** `Task.asyncStream` with tasks of this supervisor. A failure is an outcome; it does not end the owner. */
export const asyncStream = <Item, Result>(
  supervisor: DynamicSupervisorRef,
  owner: TaskOwner,
  items: StreamSource<Item>,
  run: StreamFunction<Item, Result>,
  options: AsyncStreamOptions & TaskShutdown = {},
): AsyncGenerator<TaskOutcome<Result>, void, undefined> => {
  const { process } = whoseTask(owner);
  const start = async (item: Item): Promise<Task<Result>> => {
    const place = { owner: undefined, link: undefined };
    const started = await startUnder(supervisor, owner, (ctx) => run(item, ctx), options, place);
    if (started.ok) return started.task;
    throw new TaskStartError(started.kind === 'error' ? started.reason : started.kind);
  };
  return streamTasks(items, { owner: process, start, failed: () => undefined }, checkStreamOptions(options));
};

/** The processes of all tasks that run. */
export const children = async (
  supervisor: DynamicSupervisorRef,
  asker: TaskOwner = defaultSystem,
): Promise<AnyPid[]> => {
  const all = await whichChildren(supervisor, asker);
  return all.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
};

/** Ends a task as its `shutdown` says; `not_found` when it is none of this supervisor's. */
export { terminateChild } from '../../supervision/dynamic-supervisor-client.js';

/** A stream's task could not be started: `reason` says why, `'max_children'` for instance. */
export class TaskStartError extends Error {
  override readonly name = 'TaskStartError';
  constructor(readonly reason: ExitReason) {
    super(`a task did not start: ${String(reason)}`);
  }
}

type Tie = {
  /** Who is told of the task's end. */
  readonly owner: Process | undefined;
  /** Who is linked to it besides the supervisor. */
  readonly link: Process | undefined;
};

const startFor = <Result>(
  supervisor: DynamicSupervisorRef,
  owner: TaskOwner,
  run: TaskFunction<Result>,
  options: TaskShutdown,
  link: boolean,
): Promise<StartTaskResult<Result>> => {
  const { process } = whoseTask(owner);
  return startUnder(supervisor, owner, run, options, { owner: process, link: link ? process : undefined });
};

/** The task is made where the supervisor starts it, so that it is tied to its owner from its first moment. */
const startUnder = async <Result>(
  supervisor: DynamicSupervisorRef,
  asker: TaskOwner,
  run: TaskFunction<Result>,
  options: TaskShutdown,
  { owner, link }: Tie,
): Promise<StartTaskResult<Result>> => {
  let task: Task<Result> | undefined;
  const start = (ctx: Context): MaybePromise<StartResult> => {
    if (owner?.dead === true) return { ok: false, kind: 'error', reason: 'noproc' };
    const parent = processOf(ctx.self);
    task = startTask(run, { system: parent.system, parent, link: true, owner });
    if (link !== undefined) tie(link, processOf(task.pid));
    return { ok: true, pid: task.pid };
  };
  const spec = specOf(start, options);
  try {
    const started = await request(supervisor, { type: 'start_child', spec }, asker);
    if (started.ok && task !== undefined) return { ok: true, task };
    if (!started.ok && started.kind === 'max_children') return started;
    if (!started.ok && started.kind === 'error') return started;
    return { ok: false, kind: 'error', reason: started };
  } catch (thrown) {
    // The owner has ended, or the supervisor has: nobody will ever ask for the value.
    if (task !== undefined) sendExit(undefined, processOf(task.pid), 'kill');
    throw thrown;
  }
};

const specOf = (start: ChildSpec['start'], { shutdown = 5000 }: TaskShutdown): ChildSpec => ({
  id: 'task',
  start,
  restart: 'temporary',
  shutdown,
  modules: ['task'],
});
