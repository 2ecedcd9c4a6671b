import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CallExit,
  type Context,
  defineGenServer,
  noreply,
  OptionError,
  ok,
  type SystemMessage,
  Task,
  TaskMessage,
} from '../../src/index.js';
import { createTestSystem, flushMailbox, type TestSystem } from '../../src/testing/index.js';
import { actor } from '../registry/actor.js';

let kit: TestSystem;
beforeEach(() => {
  kit = createTestSystem();
});
afterEach(() => kit.close());

/** Runs `body` in a process and resolves with what it returns. */
const inProcess = <T>(body: (ctx: Context) => Promise<T>, { trap = false } = {}): Promise<T> =>
  new Promise((resolve, reject) => {
    kit.system.spawn(async (ctx) => {
      ctx.trapExit(trap);
      await body(ctx).then(resolve, reject);
    });
  });

/** Work that takes `ms` of the test's clock. */
const after =
  <T>(ms: number, value: T) =>
  async (ctx: Context): Promise<T> => {
    await ctx.sleep(ms);
    return value;
  };

const boom = new Error('boom');
const fails = (): never => {
  throw boom;
};

describe('await', () => {
  test('gives the value, of asynchronous work and of synchronous', async () => {
    const both = inProcess(async (ctx) => [
      await Task.async(ctx, after(10, 'later')).await(),
      await Task.async(ctx, () => 'now').await(),
    ]);
    await kit.clock.advance(10);
    expect(await both).toEqual(['later', 'now']);
  });

  test('leaves nothing in the mailbox, whether it came before the value or after', async () => {
    const left = await inProcess(async (ctx) => {
      const early = Task.async(ctx, () => 1);
      await early.await();
      const late = Task.async(ctx, () => 2);
      await ctx
        .receive((message) => message instanceof TaskMessage && message.value === 2)
        .then(() => undefined);
      const last = Task.async(ctx, () => 3);
      await kit.system.settled();
      await last.await();
      return [await late.await(), await flushMailbox(ctx)];
    });
    expect(left).toEqual([2, []]);
  });

  test('in an owner that traps exits, a failure rejects with the exit reason', async () => {
    const failure = inProcess(
      (ctx) =>
        Task.async(ctx, fails)
          .await()
          .catch((error) => error),
      { trap: true },
    );
    expect(await failure).toBeInstanceOf(CallExit);
    expect(await failure).toMatchObject({
      failure: { kind: 'crash', error: boom },
      reason: { operation: 'Task.await' },
    });
  });

  test('in an owner that does not, it ends the owner', async () => {
    const owner = kit.system.spawn(async (ctx) => {
      await Task.async(ctx, fails).await();
    });
    expect(await kit.system.exited(owner)).toEqual({ kind: 'crash', error: boom });
  });

  test.each([
    [999, 'timeout'],
    [1000, 'timeout'],
    [1001, 'done'],
  ])('with %i ms for work of 1,000 ms: %s', async (timeoutMs, expected) => {
    const result = inProcess((ctx) =>
      Task.async(ctx, after(1000, 'done'))
        .await(timeoutMs)
        .catch((error: CallExit) => error.failure),
    );
    await kit.clock.advance(1001);
    // At the very moment, the timer that was made first counts: that of `await`.
    expect(await result).toBe(expected);
  });

  test('a timeout that nobody catches ends the owner, and with it the task', async () => {
    const tasks: Task[] = [];
    const owner = kit.system.spawn(async (ctx) => {
      const task = Task.async(ctx, after(10_000, 1));
      tasks.push(task);
      await task.await(100);
    });
    await kit.clock.advance(100);
    expect(await kit.system.exited(owner)).toMatchObject({ operation: 'Task.await', reason: 'timeout' });
    expect(tasks.map((task) => kit.system.isAlive(task.pid))).toEqual([false]);
  });

  test('after a timeout the owner hears no more of the task', async () => {
    const heard = inProcess(async (ctx) => {
      await Task.async(ctx, after(200, 1))
        .await(100)
        .catch(() => undefined);
      await ctx.sleep(500);
      return flushMailbox(ctx);
    });
    await kit.clock.advance(600);
    expect(await heard).toEqual([]);
  });

  test('a wrong timeout names itself', async () => {
    await expect(Task.async(kit.system, () => 1).await(-1)).rejects.toThrow(OptionError);
  });
});

describe('without a process', () => {
  test('a task can be awaited, and its failure hurts nobody', async () => {
    expect(await Task.async(kit.system, () => 42).await()).toBe(42);
    await expect(Task.async(kit.system, fails).await()).rejects.toMatchObject({ failure: { kind: 'crash' } });
  });

  test('the system may be left out', async () => {
    expect(await Task.async(async () => 'default').await()).toBe('default');
  });
});

describe('a server that does not wait', () => {
  const watcher = defineGenServer<
    { cast: { type: 'run'; work: () => unknown }; info: TaskMessage },
    unknown[],
    unknown[]
  >({
    init: (heard, ctx) => {
      ctx.trapExit(true);
      return ok(heard);
    },
    cast: {
      run: ({ work }, heard, ctx) => {
        Task.async(ctx, work);
        return noreply(heard);
      },
    },
    info: (message: TaskMessage | SystemMessage, heard) => {
      heard.push(
        message.type === 'task' ? message.value : [message.type, 'reason' in message && message.reason],
      );
      return noreply(heard);
    },
  });

  test('gets the value as a message, then EXIT and DOWN, as on OTP', async () => {
    const heard: unknown[] = [];
    const pid = await kit.startSupervised(watcher, heard);
    kit.system.cast(pid, { type: 'run', work: () => 'value' });
    await kit.system.settled();
    expect(heard).toEqual(['value', ['EXIT', 'normal'], ['DOWN', 'normal']]);
  });

  test('gets EXIT and DOWN, and no value, for one that fails', async () => {
    const heard: unknown[] = [];
    const pid = await kit.startSupervised(watcher, heard);
    kit.system.cast(pid, { type: 'run', work: fails });
    await kit.system.settled();
    const reason = { kind: 'crash', error: boom };
    expect(heard).toEqual([
      ['EXIT', reason],
      ['DOWN', reason],
    ]);
  });
});

describe('yield', () => {
  test('gives undefined until there is an outcome', async () => {
    const seen = inProcess(async (ctx) => {
      const task = Task.async(ctx, after(100, 'v'));
      return [await task.yield(0), await task.yield(50), await task.yield(50), await task.yield(0)];
    });
    await kit.clock.advance(100);
    expect(await seen).toEqual([undefined, undefined, { ok: true, value: 'v' }, { ok: true, value: 'v' }]);
  });

  test('gives the reason of a failure', async () => {
    expect(await Task.async(kit.system, fails).yield()).toEqual({
      ok: false,
      reason: { kind: 'crash', error: boom },
    });
  });
});

describe('shutdown', () => {
  test('ends a task that is at work, and not its owner', async () => {
    const seen = await inProcess(async (ctx) => {
      const task = Task.async(ctx, after(10_000, 1));
      return [await task.shutdown(), ctx.isAlive(task.pid), await flushMailbox(ctx)];
    });
    expect(seen).toEqual([undefined, false, []]);
  });

  test('gives the value of a task that is done, and takes its message back', async () => {
    const seen = await inProcess(async (ctx) => {
      const task = Task.async(ctx, () => 7);
      await kit.system.settled();
      return [await task.shutdown(), await flushMailbox(ctx)];
    });
    expect(seen).toEqual([{ ok: true, value: 7 }, []]);
  });

  test('gives the reason of a task that failed before', async () => {
    const task = Task.async(kit.system, fails);
    await kit.system.settled();
    expect(await task.shutdown()).toMatchObject({ ok: false, reason: { kind: 'crash' } });
  });

  const stubborn = async (ctx: Context) => {
    ctx.trapExit(true);
    await ctx.receive(() => false);
  };

  test('kills a task that does not listen when its time is up', async () => {
    const task = Task.async(kit.system, stubborn);
    await kit.system.settled();
    const ended = task.shutdown(100);
    await kit.clock.advance(99);
    expect(kit.system.isAlive(task.pid)).toBe(true);
    await kit.clock.advance(1);
    expect(await ended).toEqual({ ok: false, reason: 'killed' });
  });

  test('brutal_kill kills at once', async () => {
    const task = Task.async(kit.system, stubborn);
    await kit.system.settled();
    expect(await task.shutdown('brutal_kill')).toBeUndefined();
    expect(kit.system.isAlive(task.pid)).toBe(false);
  });

  test("the task's signal fires, so that what it waits for can stop", async () => {
    let reason: unknown;
    const task = Task.async(kit.system, async (ctx) => {
      ctx.signal.addEventListener('abort', () => {
        reason = ctx.signal.reason;
      });
      await ctx.receive();
    });
    await kit.system.settled();
    await task.shutdown();
    expect(reason).toMatchObject({ reason: 'shutdown' });
  });
});

test('ignore lets a task go on without a word to its owner', async () => {
  const heard = inProcess(async (ctx) => {
    const task = Task.async(ctx, after(10, 1));
    task.ignore();
    await ctx.sleep(20);
    return [ctx.isAlive(task.pid), await flushMailbox(ctx)];
  });
  await kit.clock.advance(20);
  expect(await heard).toEqual([false, []]);
});

describe('several', () => {
  test('awaitMany gives the values in order', async () => {
    const values = inProcess((ctx) =>
      Task.awaitMany([Task.async(ctx, after(20, 'a')), Task.async(ctx, () => 1)]),
    );
    await kit.clock.advance(20);
    expect(await values).toEqual(['a', 1]);
  });

  test('awaitMany rejects when the time for all is up', async () => {
    const failure = Task.awaitMany(
      [Task.async(kit.system, after(20, 'a')), Task.async(kit.system, () => 1)],
      10,
    ).catch((error) => error);
    await kit.clock.advance(20);
    expect(await failure).toMatchObject({ failure: 'timeout', reason: { operation: 'Task.awaitMany' } });
  });

  test('yieldMany gives what there is, and kills the rest if told so', async () => {
    const tasks = [
      Task.async(kit.system, () => 1),
      Task.async(kit.system, fails),
      Task.async(kit.system, after(50, 2)),
    ];
    const first = Task.yieldMany(tasks, 10);
    await kit.clock.advance(10);
    expect(await first).toMatchObject([{ ok: true, value: 1 }, { ok: false }, undefined]);
    const second = Task.yieldMany(tasks, 10, { onTimeout: 'kill_task' });
    await kit.clock.advance(10);
    expect(await second).toMatchObject([{ ok: true, value: 1 }, { ok: false }, undefined]);
    expect(tasks.map((task) => kit.system.isAlive(task.pid))).toEqual([false, false, false]);
  });
});

test('the end of its owner ends a task; nothing of it is left', async () => {
  const owner = await actor(kit.system);
  const task = Task.async(owner, after(1000, 1));
  const waiting = task.await().catch((error) => error);
  kit.system.exit(owner.self, 'kill');
  expect(await waiting).toMatchObject({ reason: 'killed' });
  expect(kit.system.isAlive(task.pid)).toBe(false);
  expect(kit.clock.pending).toBe(0);
  expect(kit.system.processCount).toBe(0);
});
