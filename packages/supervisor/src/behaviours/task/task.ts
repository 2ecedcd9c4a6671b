import { defaultSystem } from '../../default-system.js';
import type { Context } from '../../process/context.js';
import { CallExit, Exit, OptionError } from '../../process/errors.js';
import type { ExitReason } from '../../process/exit-reason.js';
import { type MonitorRef, Tag } from '../../process/messages.js';
import { type AnyPid, processOf } from '../../process/pid.js';
import type { Process } from '../../process/process.js';
import { isPromise, type MaybePromise } from '../../process/protocol.js';
import { demonitor, monitor, sendExit, unlink } from '../../process/signals.js';
import { startProcess } from '../../process/start.js';
import type { System } from '../../process/system.js';
import {
  type AsyncStreamOptions,
  checkStreamOptions,
  type StreamFunction,
  type StreamSource,
  streamTasks,
} from './async-stream.js';
import type { TaskOutcome } from './outcome.js';
import { TaskMessage } from './task-message.js';
import { type TaskOwner, whoseTask } from './task-owner.js';
import { TaskBehaviour } from './task-process.js';

/** The work of a task. Its context's `signal` fires when the task is ended from outside. */
export type TaskFunction<Result> = (ctx: Context) => MaybePromise<Result>;

/** Default of `await`, `yield` and `shutdown`, in milliseconds. */
export const defaultTaskTimeoutMs = 5000;

const ignore = (): void => undefined;

/**
 * A process that computes one value for its owner.
 *
 * A task of {@link Task.async} is linked to the process that starts it, so neither outlives the other's
 * crash; to survive a task's failure, start it with `TaskSupervisor.asyncNolink`. Started outside of any
 * process, a task is linked to nobody. For a value that needs no process of its own a promise is enough.
 *
 * @example
 * const task = Task.async(ctx, (ctx) => download(url, ctx.signal));
 * const page = await task.await(10_000);
 */
export class Task<out Result = unknown> {
  private outcome: TaskOutcome<Result> | undefined;
  /** Called when there is an outcome. */
  private readonly waiters = new Set<() => void>();
  /** Nobody is told any more. */
  private released = false;

  /** @internal */
  constructor(
    /** The task's process. */
    readonly pid: AnyPid,
    private readonly owner: Process | undefined,
    /** The owner's monitor of the task, as its `DOWN` message shows it; `undefined` without an owner. */
    readonly ref: MonitorRef | undefined,
  ) {}

  /** Starts a task that is linked to `owner`, where that is a process. */
  static async<Result>(owner: TaskOwner, run: TaskFunction<Result>): Task<Result>;
  /** Starts a task in the default system, linked to nobody. */
  static async<Result>(run: TaskFunction<Result>): Task<Result>;
  static async<Result>(
    ...args: [owner: TaskOwner, run: TaskFunction<Result>] | [run: TaskFunction<Result>]
  ): Task<Result> {
    const [owner, run] = args.length === 2 ? args : [defaultSystem, args[0]];
    const { system, process } = whoseTask(owner);
    return startTask(run, { system, parent: process, link: true, owner: process });
  }

  /**
   * Runs a task for each item, some at a time, and gives their outcomes. Nothing starts before the first is
   * asked for. The tasks end with `owner`; one that fails ends `owner` too, unless that traps exits or is a
   * system. When the consumer stops early, what still runs is killed.
   *
   * @throws {OptionError} For an option that can't be right.
   * @example
   * for await (const page of Task.asyncStream(ctx, urls, (url, { signal }) => fetch(url, { signal })))
   *   if (page.ok) console.log(page.value.status);
   */
  static asyncStream<Item, Result>(
    owner: TaskOwner,
    items: StreamSource<Item>,
    run: StreamFunction<Item, Result>,
    options: AsyncStreamOptions = {},
  ): AsyncGenerator<TaskOutcome<Result>, void, undefined> {
    const { system, process } = whoseTask(owner);
    const start = (item: Item) => {
      const one = (ctx: Context) => run(item, ctx);
      return startTask(one, { system, parent: process, link: false, owner: undefined });
    };
    const failed = (pid: AnyPid, reason: ExitReason) => {
      if (process !== undefined && !process.trapping) sendExit(processOf(pid), process, reason);
    };
    return streamTasks(items, { owner: process, start, failed }, checkStreamOptions(options));
  }

  /**
   * Waits for all tasks; their values come in the same order. Rejects as {@link Task.await} does as soon as
   * one fails or `timeoutMs` milliseconds (default 5,000) are over. The others go on.
   */
  static awaitMany<const Tasks extends readonly Task[]>(
    tasks: Tasks,
    timeoutMs = defaultTaskTimeoutMs,
  ): Promise<{ -readonly [I in keyof Tasks]: Tasks[I] extends Task<infer Result> ? Result : never }> {
    const values = tasks.map((task) => task.value(timeoutMs, 'Task.awaitMany'));
    return Promise.all(values) as Promise<never>;
  }

  /**
   * Waits for several tasks at most `timeoutMs` milliseconds (default 5,000); the outcomes come in the order
   * of the tasks, `undefined` for one that isn't done. Those go on, or are killed with `onTimeout: 'kill_task'`.
   */
  static async yieldMany<const Tasks extends readonly Task[]>(
    tasks: Tasks,
    timeoutMs = defaultTaskTimeoutMs,
    { onTimeout = 'nothing' }: { readonly onTimeout?: 'nothing' | 'kill_task' } = {},
  ): Promise<{
    -readonly [I in keyof Tasks]: Tasks[I] extends Task<infer Result>
      ? TaskOutcome<Result> | undefined
      : never;
  }> {
    const outcomes = tasks.map(async (task) => {
      const outcome = await task.yield(timeoutMs);
      return outcome === undefined && onTimeout === 'kill_task' ? task.shutdown('brutal_kill') : outcome;
    });
    return Promise.all(outcomes) as Promise<never>;
  }

  /**
   * The task's value. Rejects with a {@link CallExit} when the task fails (`failure` is its exit reason) or
   * isn't done within `timeoutMs` milliseconds (`'timeout'`; default 5,000). After a timeout the task goes
   * on, but sends its owner nothing any more; {@link Task.shutdown} ends it.
   */
  await(timeoutMs = defaultTaskTimeoutMs): Promise<Result> {
    return this.value(timeoutMs, 'Task.await');
  }

  /**
   * How the task came out, or `undefined` when it isn't done within `timeoutMs` milliseconds (default
   * 5,000); then it can be asked again.
   */
  yield(timeoutMs = defaultTaskTimeoutMs): Promise<TaskOutcome<Result> | undefined> {
    return this.wait(timeoutMs);
  }

  /**
   * Ends the task and waits until it is gone: with the exit signal `'shutdown'`, and a kill when it still
   * lives after `timeoutMs` milliseconds (default 5,000); at once with `'brutal_kill'`. Gives the outcome
   * that it had reached by itself, if any, else `undefined`. The owner is not hurt.
   */
  async shutdown(
    timeoutMs: number | 'brutal_kill' = defaultTaskTimeoutMs,
  ): Promise<TaskOutcome<Result> | undefined> {
    const brutal = timeoutMs === 'brutal_kill';
    const process = processOf(this.pid);
    if (!process.dead && this.outcome === undefined) {
      if (this.owner !== undefined) unlink(this.owner, process);
      sendExit(this.owner, process, brutal ? 'kill' : 'shutdown');
      if ((await this.wait(brutal ? Number.POSITIVE_INFINITY : timeoutMs)) === undefined) {
        sendExit(this.owner, process, 'kill');
        await this.wait(Number.POSITIVE_INFINITY);
      }
    }
    this.release();
    const { outcome } = this;
    const asAsked = outcome?.ok === false && outcome.reason === (brutal ? 'killed' : 'shutdown');
    return asAsked ? undefined : outcome;
  }

  /** The task goes on, but its owner hears no more of it: neither value nor `DOWN`. */
  ignore(): void {
    this.release();
  }

  /** @internal The work is done. */
  finish(value: Result): void {
    if (processOf(this.pid).dead) return;
    const told = this.settle({ ok: true, value });
    if (!told && !this.released && this.owner !== undefined)
      this.owner.deliver(Tag.info, new TaskMessage(this, value));
  }

  /** @internal The process has ended. */
  ended(reason: ExitReason): void {
    if (this.outcome === undefined) this.settle({ ok: false, reason });
  }

  private value(timeoutMs: number, operation: string): Promise<Result> {
    const value = this.wait(timeoutMs).then((outcome) => {
      if (outcome?.ok === true) return outcome.value;
      if (outcome === undefined) this.release();
      throw new CallExit(operation, this.pid.toString(), outcome === undefined ? 'timeout' : outcome.reason);
    });
    if (this.owner !== undefined) value.catch(ignore);
    return value;
  }

  /** The outcome, once there is one; whoever gets it takes the owner's messages of the task back. */
  private wait(timeoutMs: number): Promise<TaskOutcome<Result> | undefined> {
    if (!(timeoutMs >= 0))
      return Promise.reject(new OptionError('timeoutMs', timeoutMs, 'milliseconds from 0 to Infinity'));
    if (this.outcome !== undefined) {
      this.release();
      return Promise.resolve(this.outcome);
    }
    if (timeoutMs === 0) return Promise.resolve(undefined);
    const { owner } = this;
    const { clock } = processOf(this.pid).system;
    const waiting = new Promise<TaskOutcome<Result> | undefined>((resolve, reject) => {
      const finish = () => {
        clock.clearTimer(timer);
        this.waiters.delete(finish);
        owner?.timers?.delete(ownerEnded);
        const answer = () => resolve(this.outcome);
        if (owner === undefined) answer();
        else owner.system.scheduler.continuations.resume(owner, answer);
      };
      const ownerEnded = {
        cancel: () => {
          reject(new Exit(owner?.exitReason ?? 'normal'));
          finish();
        },
      };
      const timer = timeoutMs === Number.POSITIVE_INFINITY ? undefined : clock.setTimer(finish, timeoutMs);
      this.waiters.add(finish);
      if (owner === undefined || owner.dead) return;
      owner.timers ??= new Set();
      owner.timers.add(ownerEnded);
    });
    // As with a call: an owner that does not wait for it must not take Node down.
    if (owner !== undefined) waiting.catch(ignore);
    return waiting;
  }

  /** Whether somebody waited for it. */
  private settle(outcome: TaskOutcome<Result>): boolean {
    this.outcome = outcome;
    if (this.waiters.size === 0) return false;
    this.release();
    for (const waiter of [...this.waiters]) waiter();
    return true;
  }

  /** Takes back what the owner was to be told, also where it waits in the mailbox already. */
  private release(): void {
    this.released = true;
    const { owner, ref } = this;
    if (owner === undefined || ref === undefined || owner.dead) return;
    demonitor(owner, ref, true);
    const isMine = (payload: unknown) => payload instanceof TaskMessage && payload.task === this;
    owner.mailbox?.remove((_tag, payload) => isMine(payload));
    owner.behaviour.forget?.(owner, isMine);
  }
}

/** @internal Starts the process behind a task, a child of `parent`; `owner` is told of its end. */
export const startTask = <Result>(
  run: TaskFunction<Result>,
  { system, parent, link, owner }: TaskPlace,
): Task<Result> => {
  const body = (ctx: Context): MaybePromise<void> => {
    const result = run(ctx);
    return isPromise(result) ? result.then((value) => task.finish(value)) : task.finish(result);
  };
  const behaviour = new TaskBehaviour(run.name === '' ? 'task' : run.name);
  const started = startProcess(system, behaviour, body, { parent, link: link && parent !== undefined });
  const { pid } = started as { readonly pid: AnyPid };
  const process = processOf(pid);
  const task = new Task<Result>(pid, owner, owner === undefined ? undefined : monitor(owner, process));
  process.endListeners ??= [];
  process.endListeners.push((reason) => task.ended(reason));
  return task;
};

type TaskPlace = {
  readonly system: System;
  readonly parent: Process | undefined;
  readonly link: boolean;
  readonly owner: Process | undefined;
};
