import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type AsyncStreamOptions,
  type Context,
  OptionError,
  startTaskSupervisor,
  Task,
  TaskSupervisor,
} from '../../src/index.js';
import { createTestSystem, type TestSystem } from '../../src/testing/index.js';

let kit: TestSystem;
beforeEach(() => {
  kit = createTestSystem();
});
afterEach(() => kit.close());

const collect = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
};
const values = (outcomes: readonly { ok: boolean }[]) =>
  outcomes.map((outcome) => ('value' in outcome ? outcome.value : outcome));

const sleepThenDouble = async (ms: number, ctx: Context) => {
  await ctx.sleep(ms);
  return ms * 2;
};

/** Runs all timers until the promise has settled. */
const run = async <T>(promise: Promise<T>): Promise<T> => {
  let done = false;
  promise.then(
    () => (done = true),
    () => (done = true),
  );
  await kit.clock.settled();
  while (!done && (await kit.clock.advanceToNext()));
  return promise;
};

describe('order and concurrency', () => {
  const stream = (items: Iterable<number> | AsyncIterable<number>, options: AsyncStreamOptions) =>
    Task.asyncStream(kit.system, items, sleepThenDouble, options);

  test('outcomes come in the order of the items', async () => {
    expect(values(await run(collect(stream([30, 10, 20], { maxConcurrency: 3 }))))).toEqual([60, 20, 40]);
  });

  test('or in the order in which they are reached', async () => {
    const unordered = collect(stream([30, 10, 20], { maxConcurrency: 3, ordered: false }));
    expect(values(await run(unordered))).toEqual([20, 40, 60]);
  });

  test('whatever the order, every item has one outcome and no more than maxConcurrency run', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.boolean(),
        async (items, maxConcurrency, ordered, asynchronous) => {
          let running = 0;
          let most = 0;
          async function* later() {
            yield* items;
          }
          const outcomes = Task.asyncStream(
            kit.system,
            asynchronous ? later() : items,
            async (ms, ctx) => {
              most = Math.max(most, ++running);
              await ctx.sleep(ms);
              running--;
              return ms;
            },
            { maxConcurrency, ordered },
          );
          const got = values(await run(collect(outcomes))) as number[];
          const sort = (list: number[]) => [...list].sort((a, b) => a - b);
          expect(ordered ? got : sort(got)).toEqual(ordered ? items : sort(items));
          expect(most).toBeLessThanOrEqual(maxConcurrency);
          expect(kit.system.processCount).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('no item is taken before there is room for it', async () => {
    let taken = 0;
    function* source() {
      for (;;) yield ++taken;
    }
    const outcomes = Task.asyncStream(kit.system, source(), (n) => n, { maxConcurrency: 2 });
    expect(taken).toBe(0);
    expect(await outcomes.next()).toEqual({ done: false, value: { ok: true, value: 1 } });
    await kit.system.settled();
    expect(taken).toBe(3);
    await outcomes.return();
  });

  test('no items, no outcomes', async () => {
    expect(await collect(stream([], {}))).toEqual([]);
  });
});

describe('failures', () => {
  const oddsFail = (n: number) => {
    if (n % 2 === 1) throw new Error(`odd ${n}`);
    return n;
  };

  test('outside of a process a failure is an outcome', async () => {
    const outcomes = await collect(Task.asyncStream(kit.system, [1, 2], oddsFail));
    expect(outcomes).toMatchObject([
      { ok: false, reason: { kind: 'crash' } },
      { ok: true, value: 2 },
    ]);
  });

  test.each([true, false])(
    'in a process that traps exits (%s) as well, else it ends the process',
    async (trap) => {
      let outcomes: unknown;
      const owner = kit.system.spawn(async (ctx) => {
        ctx.trapExit(trap);
        outcomes = await collect(Task.asyncStream(ctx, [1, 2], oddsFail));
      });
      const reason = await kit.system.exited(owner);
      if (trap) expect(outcomes).toMatchObject([{ ok: false }, { ok: true }]);
      else expect(reason).toMatchObject({ kind: 'crash' });
    },
  );

  test('with a supervisor of tasks it is an outcome in any process', async () => {
    const { system } = kit;
    const started = await startTaskSupervisor({ system });
    if (!started.ok) throw new Error(started.kind);
    const outcomes = await new Promise((resolve) => {
      system.spawn(async (ctx) => {
        resolve(await collect(TaskSupervisor.asyncStream(started.pid, ctx, [1, 2, 3], oddsFail)));
      });
    });
    expect(outcomes).toMatchObject([{ ok: false }, { ok: true, value: 2 }, { ok: false }]);
    expect(await TaskSupervisor.children(started.pid, system)).toEqual([]);
  });

  test('a source that throws ends the stream, and what still runs', async () => {
    function* source() {
      yield 1000;
      throw new Error('source');
    }
    await expect(run(collect(Task.asyncStream(kit.system, source(), sleepThenDouble)))).rejects.toThrow(
      'source',
    );
    expect(kit.system.processCount).toBe(0);
  });
});

describe('time', () => {
  test('a task that takes too long ends the stream', async () => {
    const outcomes = collect(
      Task.asyncStream(kit.system, [10, 200, 10], sleepThenDouble, { timeoutMs: 100 }),
    );
    await expect(run(outcomes)).rejects.toMatchObject({ failure: 'timeout' });
    expect(kit.system.processCount).toBe(0);
  });

  test("or, with onTimeout 'kill_task', is an outcome", async () => {
    const outcomes = collect(
      Task.asyncStream(kit.system, [10, 200, 20], sleepThenDouble, {
        timeoutMs: 100,
        onTimeout: 'kill_task',
      }),
    );
    expect(values(await run(outcomes))).toEqual([20, { ok: false, reason: 'timeout' }, 40]);
    expect(kit.system.processCount).toBe(0);
  });
});

describe('the consumer', () => {
  test('that leaves early leaves nothing running, and closes its source', async () => {
    let closed = false;
    function* source() {
      try {
        for (;;) yield 1;
      } finally {
        closed = true;
      }
    }
    const first = run(
      (async () => {
        for await (const outcome of Task.asyncStream(kit.system, source(), sleepThenDouble)) return outcome;
        return undefined;
      })(),
    );
    expect(await first).toEqual({ ok: true, value: 2 });
    expect(closed).toBe(true);
    expect(kit.system.processCount).toBe(0);
  });

  test('that ends takes its tasks with it', async () => {
    const owner = kit.system.spawn(async (ctx) => {
      await collect(Task.asyncStream(ctx, [1000, 1000], sleepThenDouble));
    });
    await kit.system.settled();
    expect(kit.system.processCount).toBe(3);
    kit.system.exit(owner, 'shutdown');
    expect(kit.system.processCount).toBe(0);
    expect(kit.clock.pending).toBe(0);
  });
});

test.each([
  ['maxConcurrency', { maxConcurrency: 0 }],
  ['timeoutMs', { timeoutMs: 0 }],
  ['onTimeout', { onTimeout: 'explode' as never }],
])('a wrong option names itself: %s', (option, options) => {
  expect(() => Task.asyncStream(kit.system, [], () => 1, options)).toThrow(OptionError);
  expect(() => Task.asyncStream(kit.system, [], () => 1, options)).toThrow(option);
});
