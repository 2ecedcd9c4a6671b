import { availableParallelism } from 'node:os';
import type { Context } from '../../process/context.js';
import { CallExit, Exit, OptionError } from '../../process/errors.js';
import type { ExitReason } from '../../process/exit-reason.js';
import { type AnyPid, processOf } from '../../process/pid.js';
import type { Process } from '../../process/process.js';
import type { MaybePromise } from '../../process/protocol.js';
import { sendExit } from '../../process/signals.js';
import type { TaskOutcome } from './outcome.js';
import type { Task } from './task.js';

/** How a stream of tasks runs. */
export interface AsyncStreamOptions {
  /**
   * Most tasks that have been started and whose outcome has not been taken, at least 1. Default: the number
   * of processors. Items are taken from the source only when there is room, so a slow consumer slows it down.
   */
  readonly maxConcurrency?: number;
  /** Whether outcomes come in the order of the items, or as they are reached. Default: `true`. */
  readonly ordered?: boolean;
  /** Most milliseconds for one task. Default: 5,000. */
  readonly timeoutMs?: number;
  /**
   * What a task that takes longer means: `'exit'`, the stream throws a `CallExit` with failure `'timeout'`;
   * `'kill_task'`, that task is killed and its outcome is the reason `'timeout'`. Default: `'exit'`.
   */
  readonly onTimeout?: 'exit' | 'kill_task';
}

/** Items for tasks: anything that `for await` takes. */
export type StreamSource<Item> = Iterable<Item> | AsyncIterable<Item>;
/** The work for one item. */
export type StreamFunction<Item, Result> = (item: Item, ctx: Context) => MaybePromise<Result>;

/** How a stream starts its tasks, and what the failure of one means besides its outcome. */
export interface StreamTasks<Item, Result> {
  readonly owner: Process | undefined;
  start(item: Item): MaybePromise<Task<Result>>;
  failed(pid: AnyPid, reason: ExitReason): void;
}

type Slot<Result> = { task: Task<Result> | undefined; outcome: TaskOutcome<Result> | undefined };

const operation = 'Task.asyncStream';

/** @internal Runs a task per item; whatever still runs when the consumer leaves, or its process ends, is killed. */
export async function* streamTasks<Item, Result>(
  source: StreamSource<Item>,
  tasks: StreamTasks<Item, Result>,
  { maxConcurrency, ordered = true, timeoutMs, onTimeout = 'exit' }: Required<AsyncStreamOptions>,
): AsyncGenerator<TaskOutcome<Result>, void, undefined> {
  const items = iteratorOf(source);
  const slots: Slot<Result>[] = [];
  let pulling = false;
  let exhausted = false;
  let broken: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;

  const breakOff = (error: unknown): void => {
    broken ??= { error };
    wake();
  };

  const run = async (slot: Slot<Result>, item: Item): Promise<void> => {
    const task = await tasks.start(item);
    slot.task = task;
    if (broken !== undefined) return killTask(slot);
    let outcome = await task.yield(timeoutMs);
    // The stream is over: the task was killed by it.
    if (broken !== undefined) return;
    if (outcome === undefined) {
      if (onTimeout === 'exit') throw new CallExit(operation, task.pid.toString(), 'timeout');
      outcome = (await task.shutdown('brutal_kill')) ?? { ok: false, reason: 'timeout' };
    } else if (!outcome.ok) tasks.failed(task.pid, outcome.reason);
    slot.outcome = outcome;
    wake();
  };

  const fill = (): void => {
    if (pulling || exhausted || broken !== undefined || slots.length >= maxConcurrency) return;
    pulling = true;
    pull(items).then((next) => {
      pulling = false;
      if (next.done === true) {
        exhausted = true;
        wake();
        return;
      }
      const slot: Slot<Result> = { task: undefined, outcome: undefined };
      slots.push(slot);
      run(slot, next.value).catch(breakOff);
      fill();
    }, breakOff);
  };

  const ownerEnded = (reason: ExitReason): void => {
    breakOff(new Exit(reason));
    for (const slot of slots) killTask(slot);
  };
  const { owner } = tasks;
  if (owner !== undefined) {
    owner.endListeners ??= [];
    owner.endListeners.push(ownerEnded);
  }

  try {
    for (;;) {
      fill();
      if (broken !== undefined) throw broken.error;
      const at = ordered ? 0 : slots.findIndex((slot) => slot.outcome !== undefined);
      const outcome = slots[at]?.outcome;
      if (outcome !== undefined) {
        slots.splice(at, 1);
        fill();
        yield outcome;
      } else if (exhausted && slots.length === 0) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    broken ??= { error: new Exit('normal') };
    if (owner !== undefined) owner.endListeners = owner.endListeners?.filter((one) => one !== ownerEnded);
    for (const slot of slots) killTask(slot);
    if (!exhausted) await items.return?.();
  }
}

/** @internal Checks a stream's options and fills in the defaults. */
export const checkStreamOptions = ({
  maxConcurrency = availableParallelism(),
  ordered = true,
  timeoutMs = 5000,
  onTimeout = 'exit',
}: AsyncStreamOptions): Required<AsyncStreamOptions> => {
  if (
    maxConcurrency !== Number.POSITIVE_INFINITY &&
    !(Number.isInteger(maxConcurrency) && maxConcurrency >= 1)
  )
    throw new OptionError('maxConcurrency', maxConcurrency, 'a whole number from 1 on');
  if (!(timeoutMs > 0)) throw new OptionError('timeoutMs', timeoutMs, 'milliseconds above 0');
  if (onTimeout !== 'exit' && onTimeout !== 'kill_task')
    throw new OptionError('onTimeout', onTimeout, '"exit" or "kill_task"');
  return { maxConcurrency, ordered, timeoutMs, onTimeout };
};

const killTask = <Result>({ task }: Slot<Result>): void => {
  if (task !== undefined) sendExit(undefined, processOf(task.pid), 'kill');
};

/** Asynchronous also in what it throws. */
const pull = async <Item>(items: Iterator<Item> | AsyncIterator<Item>) => items.next();

const iteratorOf = <Item>(source: StreamSource<Item>): Iterator<Item> | AsyncIterator<Item> =>
  Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
