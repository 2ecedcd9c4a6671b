import { describe, expect, test } from '@jest/globals';
import {
  CallMessage,
  CastMessage,
  type Context,
  defineGenServer,
  ok,
  receiveTimeout,
} from '../../src/index.js';
import { assertDown, createTestSystem } from '../../src/testing/index.js';

/** Runs the body in a process and gives what it returned. */
const inProcess = async <T>(
  body: (ctx: Context, clockOf: ReturnType<typeof createTestSystem>) => Promise<T>,
) => {
  const kit = createTestSystem();
  let result: T | undefined;
  const pid = kit.system.spawn(async (ctx) => {
    result = await body(ctx, kit);
  });
  await kit.clock.advance(1000);
  await assertDown(pid, 'normal');
  await kit.close();
  return result;
};

describe('receive', () => {
  test('gives messages in the order they came', async () => {
    const got = await inProcess(async (ctx) => {
      for (const n of [1, 2, 3]) ctx.send(ctx.self, n);
      return [await ctx.receive(), await ctx.receive(), await ctx.receive()];
    });
    expect(got).toEqual([1, 2, 3]);
  });

  test('with a test takes the oldest that fits and leaves the others in their order', async () => {
    const got = await inProcess(async (ctx) => {
      for (const n of [1, 2, 3, 4]) ctx.send(ctx.self, n);
      const even = await ctx.receive((message) => (message as number) % 2 === 0);
      return [even, await ctx.receive(), await ctx.receive(), await ctx.receive()];
    });
    expect(got).toEqual([2, 1, 3, 4]);
  });

  test('waits for one that fits and keeps what comes meanwhile', async () => {
    const got = await inProcess(async (ctx) => {
      ctx.sendAfter(ctx.self, 'early', 10);
      ctx.sendAfter(ctx.self, 'wanted', 20);
      const first = await ctx.receive((message) => message === 'wanted');
      return [first, await ctx.receive()];
    });
    expect(got).toEqual(['wanted', 'early']);
  });

  test('gives up when its time is over', async () => {
    const got = await inProcess(async (ctx, { clock }) => [await ctx.receive(undefined, 300), clock.now()]);
    expect(got).toEqual([receiveTimeout, 300]);
  });

  test('with 0 ms takes what waits, or gives up at once', async () => {
    const got = await inProcess(async (ctx, { clock }) => {
      ctx.send(ctx.self, 'here');
      return [await ctx.receive(undefined, 0), await ctx.receive(undefined, 0), clock.now()];
    });
    expect(got).toEqual(['here', receiveTimeout, 0]);
  });

  test('leaves no timer behind when a message comes in time', async () => {
    const pending = await inProcess(async (ctx, { clock }) => {
      ctx.sendAfter(ctx.self, 'here', 10);
      await ctx.receive(undefined, 60_000);
      return clock.pending;
    });
    expect(pending).toBe(0);
  });

  test('gives calls and casts as what they are; a call is answered with reply', async () => {
    await using kit = createTestSystem();
    const got: unknown[] = [];
    const pid = kit.system.spawn(async (ctx) => {
      for (let i = 0; i < 2; i++) {
        const message = await ctx.receive();
        got.push((message as { readonly type: string }).type);
        if (message instanceof CallMessage) ctx.reply(message.from, 'answer');
        if (message instanceof CastMessage) got.push(message.message);
      }
    });
    kit.system.cast(pid as never, { type: 'hello' } as never);
    expect(await kit.system.call(pid as never, { type: 'question' } as never)).toBe('answer');
    expect(got).toEqual(['cast', { type: 'hello' }, 'call']);
  });

  test('is for bare processes', async () => {
    await using kit = createTestSystem();
    const server = defineGenServer<object, null>({
      init: async (_args, ctx) => {
        await ctx.receive();
        return ok(null);
      },
    });
    await expect(kit.startSupervised(server, undefined)).rejects.toThrow(/only bare processes receive/);
  });

  test('can be awaited once at a time', async () => {
    await using kit = createTestSystem();
    const pid = kit.system.spawn(async (ctx) => {
      await Promise.all([ctx.receive(), ctx.receive()]);
    });
    expect(await assertDown(pid)).toMatchObject({
      kind: 'crash',
      error: { message: /one receive at a time/ },
    });
  });
});

describe('a bare process', () => {
  test('ends with normal when its body returns, with or without a promise', async () => {
    await using kit = createTestSystem();
    await assertDown(
      kit.system.spawn(() => 5),
      'normal',
    );
    await assertDown(
      kit.system.spawn(async () => 5),
      'normal',
    );
  });

  test('ends with what its body throws', async () => {
    await using kit = createTestSystem();
    const error = new Error('x');
    const crash = { kind: 'crash', error } as const;
    await assertDown(
      kit.system.spawn(() => {
        throw error;
      }),
      crash,
    );
    await assertDown(
      kit.system.spawn(async () => {
        throw error;
      }),
      crash,
    );
    await assertDown(
      kit.system.spawn((ctx) => ctx.exitSelf('done')),
      'done',
    );
  });
});
