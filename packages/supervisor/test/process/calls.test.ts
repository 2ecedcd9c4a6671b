import { describe, expect, test } from '@jest/globals';
import {
  type Call,
  CallExit,
  defineGenServer,
  type From,
  noreply,
  OptionError,
  ok,
  processName,
  reply,
  stop,
} from '../../src/index.js';
import { assertDown, createTestSystem } from '../../src/testing/index.js';

type Slow = {
  readonly call:
    | Call<{ readonly type: 'now' }, string>
    | Call<{ readonly type: 'never' }, string>
    | Call<{ readonly type: 'keep' }, string>
    | Call<{ readonly type: 'crash' }, string>
    | Call<{ readonly type: 'stop' }, string>
    | Call<{ readonly type: 'self' }, unknown>;
  readonly cast: { readonly type: 'answer'; readonly text: string };
};

const slow = defineGenServer<Slow, readonly From<string>[]>({
  name: 'slow',
  init: () => ok([]),
  call: {
    now: (_request, kept) => reply('now', kept),
    never: (_request, kept) => noreply(kept),
    keep: (_request, kept, from) => noreply([...kept, from]),
    crash: () => {
      throw new Error('crashed on purpose');
    },
    stop: (_request, kept) => stop('had enough', kept),
    self: async (_request, kept, _from, ctx) => {
      const failure = await ctx.call(ctx.self, { type: 'now' }).catch((thrown: unknown) => thrown);
      return reply((failure as CallExit).failure, kept);
    },
  },
  cast: {
    answer: ({ text }, kept, ctx) => {
      for (const from of kept) ctx.reply(from, text);
      return noreply(kept);
    },
  },
});

const failureOf = async (call: Promise<unknown>): Promise<unknown> => {
  const thrown = await call.then(
    () => 'no failure',
    (failure: unknown) => failure,
  );
  expect(thrown).toBeInstanceOf(CallExit);
  return (thrown as CallExit).failure;
};

describe('a call never hangs', () => {
  test('no process: noproc', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(slow, undefined);
    kit.system.exit(pid, 'kill');
    expect(await failureOf(kit.system.call(pid, { type: 'now' }))).toBe('noproc');
    expect(await failureOf(kit.system.call(processName<Slow>('nobody'), { type: 'now' }))).toBe('noproc');
  });

  test('the server ends first: its exit reason', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(slow, undefined);
    const call = kit.system.call(pid, { type: 'never' });
    await kit.system.settled();
    kit.system.exit(pid, 'boom');
    expect(await failureOf(call)).toBe('boom');
  });

  test('the server crashes over it: the crash', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(slow, undefined);
    expect(await failureOf(kit.system.call(pid, { type: 'crash' }))).toMatchObject({
      kind: 'crash',
      error: { message: 'crashed on purpose' },
    });
  });

  test('the server stops over it without answering: the reason', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(slow, undefined);
    expect(await failureOf(kit.system.call(pid, { type: 'stop' }))).toBe('had enough');
  });

  test('to itself: calling_self', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(slow, undefined);
    expect(await kit.system.call(pid, { type: 'self' })).toBe('calling_self');
  });

  test('the time is up: timeout, after 5,000 ms unless told otherwise', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(slow, undefined);
    let failure: unknown;
    const call = failureOf(kit.system.call(pid, { type: 'never' })).then((reason) => {
      failure = reason;
    });
    await kit.clock.advance(4999);
    expect(failure).toBeUndefined();
    await kit.clock.advance(1);
    expect(failure).toBe('timeout');
    await call;
  });

  test('the system is closed: killed', async () => {
    const kit = createTestSystem();
    const pid = await kit.startSupervised(slow, undefined);
    const call = failureOf(kit.system.call(pid, { type: 'never' }, Number.POSITIVE_INFINITY));
    await kit.system.settled();
    kit.system.close();
    expect(await call).toBe('killed');
  });
});

test('an answer after the timeout is dropped', async () => {
  await using kit = createTestSystem();
  const pid = await kit.startSupervised(slow, undefined);
  const call = failureOf(kit.system.call(pid, { type: 'keep' }, 100));
  await kit.clock.advance(100);
  expect(await call).toBe('timeout');
  kit.system.cast(pid, { type: 'answer', text: 'late' });
  expect(await kit.system.call(pid, { type: 'now' })).toBe('now');
});

test('only the first answer counts', async () => {
  await using kit = createTestSystem();
  const pid = await kit.startSupervised(slow, undefined);
  const call = kit.system.call(pid, { type: 'keep' });
  kit.system.cast(pid, { type: 'answer', text: 'first' });
  kit.system.cast(pid, { type: 'answer', text: 'second' });
  expect(await call).toBe('first');
});

test('calls with different timeouts expire each at its own time, in order', async () => {
  await using kit = createTestSystem();
  const pid = await kit.startSupervised(slow, undefined);
  const expired: string[] = [];
  const call = (name: string, timeoutMs: number) =>
    failureOf(kit.system.call(pid, { type: 'never' }, timeoutMs)).then(() =>
      expired.push(`${name} at ${kit.clock.now()}`),
    );
  const calls = [call('a', 300), call('b', 100), call('c', 200), call('d', 100)];
  await kit.clock.advance(50);
  calls.push(call('e', 100));
  await kit.clock.advance(1000);
  await Promise.all(calls);
  expect(expired).toEqual(['b at 100', 'd at 100', 'e at 150', 'c at 200', 'a at 300']);
});

test('answered calls leave no timer, whatever their timeout', async () => {
  await using kit = createTestSystem();
  const pid = await kit.startSupervised(slow, undefined);
  for (let ms = 1000; ms < 1200; ms++) await kit.system.call(pid, { type: 'now' }, ms);
  await kit.system.settled();
  expect(kit.clock.pending).toBe(0);
});

test('a caller that ends takes its calls with it', async () => {
  await using kit = createTestSystem();
  const pid = await kit.startSupervised(slow, undefined);
  const caller = kit.system.spawn(async (ctx) => {
    await ctx.call(pid, { type: 'never' });
  });
  await kit.system.settled();
  kit.system.exit(caller, 'boom');
  await assertDown(caller, 'boom');
  await kit.system.settled();
  expect(kit.clock.pending).toBe(0);
});

test('a call that nobody awaits does not take Node down when it fails', async () => {
  await using kit = createTestSystem();
  const pid = await kit.startSupervised(slow, undefined);
  const caller = kit.system.spawn(async (ctx) => {
    void ctx.call(pid, { type: 'crash' });
    await ctx.sleep(100);
  });
  await kit.clock.advance(100);
  await assertDown(caller, 'normal');
});

test.each([-1, Number.NaN])('a timeout of %s is refused', async (timeoutMs) => {
  await using kit = createTestSystem();
  const pid = await kit.startSupervised(slow, undefined);
  expect(() => kit.system.call(pid, { type: 'now' }, timeoutMs)).toThrow(OptionError);
});

describe('stop', () => {
  test('resolves when the server is gone', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(slow, undefined);
    await kit.system.stop(pid);
    await assertDown(pid, 'normal');
  });

  test('of nobody fails with noproc', async () => {
    await using kit = createTestSystem();
    expect(await failureOf(kit.system.stop(processName('nobody')))).toBe('noproc');
  });

  test('of a server that ends with another reason fails with that', async () => {
    await using kit = createTestSystem();
    const stubborn = defineGenServer<object, null>({
      init: () => ok(null),
      terminate: () => {
        throw new Error('in terminate');
      },
    });
    const pid = await kit.startSupervised(stubborn, undefined);
    expect(await failureOf(kit.system.stop(pid))).toMatchObject({ kind: 'crash' });
  });

  test.each(['normal', 'boom'])(
    'of a server that ends with %s by itself before it takes the request fails',
    async (reason) => {
      await using kit = createTestSystem();
      const busy = defineGenServer<{ readonly cast: { readonly type: 'work' } }, null>({
        init: () => ok(null),
        cast: {
          work: async (_message, _state, ctx) => {
            await ctx.sleep(70);
            return stop(reason);
          },
        },
      });
      const pid = await kit.startSupervised(busy, undefined);
      kit.system.cast(pid, { type: 'work' });
      const stopped = failureOf(kit.system.stop(pid, reason));
      await kit.clock.advance(100);
      expect(await stopped).toEqual({ kind: 'call_failed', operation: 'sys.terminate', reason });
    },
  );

  test('that takes too long fails with timeout, and leaves no timer', async () => {
    await using kit = createTestSystem();
    const endless = defineGenServer<object, null>({
      init: () => ok(null),
      terminate: () => new Promise(() => undefined),
    });
    const pid = await kit.startSupervised(endless, undefined);
    const stopped = failureOf(kit.system.stop(pid, 'normal', 700));
    await kit.clock.advance(700);
    expect(await stopped).toBe('timeout');
    expect(kit.clock.pending).toBe(0);
  });
});
