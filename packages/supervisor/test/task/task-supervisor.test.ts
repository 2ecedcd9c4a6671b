import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Context,
  childSpec,
  defineTask,
  startSupervisor,
  startTaskSupervisor,
  TaskMessage,
  TaskSupervisor,
} from '../../src/index.js';
import { createTestSystem, flushMailbox, type TestSystem } from '../../src/testing/index.js';
import { actor } from '../registry/actor.js';

let kit: TestSystem;
beforeEach(() => {
  kit = createTestSystem();
});
afterEach(() => kit.close());

const started = async (options: { maxChildren?: number } = {}) => {
  const result = await startTaskSupervisor({ system: kit.system, ...options });
  if (!result.ok) throw new Error(result.kind);
  return result.pid;
};
const forever = (ctx: Context) => ctx.receive(() => false);
const fails = (): never => {
  throw new Error('boom');
};
const must = <T>(result: { ok: true; task: T } | { ok: false; kind: string }): T => {
  if (!result.ok) throw new Error(result.kind);
  return result.task;
};

describe('async', () => {
  test('gives a task that can be awaited, a child of the supervisor while it runs', async () => {
    const jobs = await started();
    const task = must(await TaskSupervisor.async(jobs, kit.system, (ctx) => ctx.sleep(10).then(() => 5)));
    expect(await TaskSupervisor.children(jobs, kit.system)).toEqual([task.pid]);
    const value = task.await();
    await kit.clock.advance(10);
    expect(await value).toBe(5);
    await kit.system.settled();
    expect(await TaskSupervisor.children(jobs, kit.system)).toEqual([]);
  });

  test('ties task and owner, either way', async () => {
    const jobs = await started();
    const [failing, ending] = [await actor(kit.system), await actor(kit.system)];
    await TaskSupervisor.async(jobs, failing, fails);
    expect(await kit.system.exited(failing.self)).toMatchObject({ kind: 'crash' });
    const task = must(await TaskSupervisor.async(jobs, ending, forever));
    kit.system.exit(ending.self, 'boom');
    expect(await kit.system.exited(task.pid)).toBe('boom');
    expect(kit.system.isAlive(jobs)).toBe(true);
  });
});

describe('asyncNolink', () => {
  test('a failure is an outcome, and the owner lives', async () => {
    const jobs = await started();
    const owner = await actor(kit.system);
    const task = must(await TaskSupervisor.asyncNolink(jobs, owner, fails));
    expect(await task.yield()).toMatchObject({ ok: false, reason: { kind: 'crash' } });
    expect(kit.system.isAlive(owner.self)).toBe(true);
  });

  test('an owner that does not wait gets the value, or DOWN, as messages', async () => {
    const jobs = await started();
    const heard = await new Promise<unknown[]>((resolve) => {
      kit.system.spawn(async (ctx) => {
        const good = must(await TaskSupervisor.asyncNolink(jobs, ctx, () => 'v'));
        const bad = must(await TaskSupervisor.asyncNolink(jobs, ctx, fails));
        await kit.system.settled();
        const messages = await flushMailbox(ctx);
        resolve(
          messages.map((message) =>
            message instanceof TaskMessage
              ? [message.task === good, message.value]
              : [(message as { ref: unknown }).ref === bad.ref, (message as { type: string }).type],
          ),
        );
      });
    });
    expect(heard).toEqual([
      [true, 'v'],
      [false, 'DOWN'],
      [true, 'DOWN'],
    ]);
  });

  test('goes on when its owner ends', async () => {
    const jobs = await started();
    const owner = await actor(kit.system);
    const task = must(await TaskSupervisor.asyncNolink(jobs, owner, forever));
    kit.system.exit(owner.self, 'boom');
    await kit.system.settled();
    expect(kit.system.isAlive(task.pid)).toBe(true);
  });
});

test('beyond maxChildren the answer is max_children', async () => {
  const jobs = await started({ maxChildren: 1 });
  must(await TaskSupervisor.asyncNolink(jobs, kit.system, forever));
  expect(await TaskSupervisor.asyncNolink(jobs, kit.system, forever)).toEqual({
    ok: false,
    kind: 'max_children',
  });
});

test('without a supervisor it rejects with noproc', async () => {
  const jobs = await started();
  await kit.system.stop(jobs);
  await expect(TaskSupervisor.async(jobs, kit.system, forever)).rejects.toMatchObject({ failure: 'noproc' });
});

test('when the supervisor stops, its tasks are asked to end and waited for', async () => {
  const jobs = await started();
  const order: string[] = [];
  await TaskSupervisor.startChild(
    jobs,
    async (ctx) => {
      ctx.trapExit(true);
      await ctx.receive();
      await ctx.sleep(100);
      order.push('task');
    },
    {},
    kit.system,
  );
  await kit.system.settled();
  const stopped = kit.system.stop(jobs).then(() => order.push('supervisor'));
  await kit.clock.advance(100);
  await stopped;
  expect(order).toEqual(['task', 'supervisor']);
});

test.each([
  ['temporary', 1, 1],
  ['transient', 1, 2],
  ['permanent', 2, 3],
] as const)('a %s child of %i failure(s) runs %i time(s)', async (restart, failures, expected) => {
  const jobs = await started();
  let runs = 0;
  await TaskSupervisor.startChild(
    jobs,
    async (ctx) => {
      if (++runs <= failures) throw new Error('again');
      if (restart === 'permanent') await forever(ctx);
    },
    { restart },
    kit.system,
  );
  await kit.system.settled();
  expect(runs).toBe(expected);
});

test('a defined task is a child like others, and gets its arguments', async () => {
  const seen: unknown[] = [];
  const warmUp = defineTask({ name: 'warm_up', run: (urls: string[], ctx) => seen.push(urls, ctx.self) });
  const root = await startSupervisor([childSpec(warmUp, ['a'], { restart: 'temporary' })], {
    system: kit.system,
  });
  await kit.system.settled();
  expect(root.ok).toBe(true);
  expect(seen).toMatchObject([['a'], {}]);
});
