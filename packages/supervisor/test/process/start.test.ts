import { describe, expect, test } from '@jest/globals';
import {
  type Context,
  defineGenServer,
  ExitMessage,
  type ExitReason,
  type InitResult,
  ignore,
  ok,
  processInfo,
  type StartResult,
  stop,
} from '../../src/index.js';
import { assertDown, createTestSystem, flushMailbox } from '../../src/testing/index.js';

type Init = (ctx: Context<object>) => InitResult<null> | Promise<InitResult<null>>;
const server = defineGenServer<object, null, Init>({ name: 'server', init: (init, ctx) => init(ctx) });

/** Starts a linked server from a process; what the start gave, and what the starter received. */
const startedBy = async (init: Init, { trap = true, timeoutMs = 1000 } = {}) => {
  const kit = createTestSystem();
  let result: StartResult<object> | undefined;
  let messages: unknown[] = [];
  const starter = kit.system.spawn(async (ctx) => {
    ctx.trapExit(trap);
    result = await ctx.startLink(server, init, { timeoutMs });
    messages = await flushMailbox(ctx);
    await ctx.receive();
  });
  await kit.clock.advance(timeoutMs);
  return { kit, starter, result, messages };
};

const crash = new Error('in init');
const boom: InitResult<null> = stop('boom');

describe.each([
  ['synchronous', <T>(value: T): T | Promise<T> => value],
  ['asynchronous', async <T>(value: T): Promise<T> => value],
])('a linked start whose %s init', (_kind, now) => {
  const impossible: InitResult<null> = ok(null, { timeoutMs: -1 });
  const failing: readonly { what: string; init: Init; result: object; reason: ExitReason }[] = [
    { what: 'stops', init: () => now(boom), result: { kind: 'error', reason: 'boom' }, reason: 'boom' },
    {
      what: 'says ignore',
      init: () => now<InitResult<null>>(ignore()),
      result: { kind: 'ignore' },
      reason: 'normal',
    },
    {
      what: 'throws',
      init: () => {
        throw crash;
      },
      result: { kind: 'error', reason: { kind: 'crash', error: crash } },
      reason: { kind: 'crash', error: crash },
    },
    {
      what: 'returns something else',
      init: () => now('odd' as never),
      result: { kind: 'error', reason: { kind: 'bad_return_value', value: 'odd' } },
      reason: { kind: 'bad_return_value', value: 'odd' },
    },
    {
      what: 'asks for an impossible timeout',
      init: () => now(impossible),
      result: { kind: 'error', reason: { kind: 'bad_return_value', value: impossible } },
      reason: { kind: 'bad_return_value', value: impossible },
    },
  ];

  test.each(failing)(
    '$what tells the starter why, and leaves it an exit message',
    async ({ init, ...expected }) => {
      const { kit, result, messages } = await startedBy(init);
      expect(result).toEqual({ ok: false, ...expected.result });
      expect(messages).toEqual([new ExitMessage(expect.anything() as never, expected.reason)]);
      expect(kit.system.processCount).toBe(1);
      await kit.close();
    },
  );

  test('stops ends a starter that does not trap exits', async () => {
    const { kit, starter } = await startedBy(() => now(boom), { trap: false });
    await assertDown(starter, 'boom');
    await kit.close();
  });

  test('is ended by a signal tells the starter by the result alone', async () => {
    const { kit, result, messages } = await startedBy((ctx) => {
      kit_exit(ctx);
      return now<InitResult<null>>(ok(null));
    });
    expect(result).toEqual({ ok: false, kind: 'error', reason: 'gone' });
    expect(messages).toEqual([]);
    await kit.close();
  });

  const kit_exit = (ctx: Context<object>) => {
    try {
      ctx.exit(ctx.self, 'gone');
    } catch {
      // The init goes on although its process has ended.
    }
  };
});

test('an init that takes too long is killed: the starter hears of the timeout alone', async () => {
  const { kit, result, messages } = await startedBy(() => new Promise(() => undefined), { timeoutMs: 300 });
  expect(result).toEqual({ ok: false, kind: 'error', reason: 'timeout' });
  expect(messages).toEqual([]);
  expect(kit.system.processCount).toBe(1);
  expect(kit.clock.pending).toBe(0);
  await kit.close();
});

test('an init that is just in time is not', async () => {
  const { kit, result } = await startedBy(
    async (ctx) => {
      await ctx.sleep(299);
      return ok(null);
    },
    { timeoutMs: 300 },
  );
  expect(result?.ok).toBe(true);
  await kit.close();
});

test('a server is linked to its starter by startLink, and by start it is not', async () => {
  await using kit = createTestSystem();
  const pids: unknown[] = [];
  kit.system.spawn(async (ctx) => {
    for (const started of [
      await ctx.startLink(server, () => ok(null)),
      await ctx.start(server, () => ok(null)),
    ])
      if (started.ok) pids.push(processInfo(started.pid)?.links.length);
    await ctx.receive();
  });
  await kit.system.settled();
  expect(pids).toEqual([1, 0]);
});
