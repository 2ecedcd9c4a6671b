import { describe, expect, test } from '@jest/globals';
import {
  type Call,
  type Context,
  DownMessage,
  defineGenServer,
  Exit,
  noreply,
  ok,
  type Pid,
  processName,
  reply,
} from '../../src/index.js';
import { assertDown, createTestSystem, flushMailbox } from '../../src/testing/index.js';

type Victim = {
  readonly cast: { readonly type: 'die' };
  readonly call: Call<{ readonly type: 'die' }, string>;
};

/** A server whose callback is killed in the middle and goes on. */
const victim = (afterwards: (ctx: Context<Victim>) => void) =>
  defineGenServer<Victim, null>({
    init: () => ok(null),
    cast: {
      die: (_message, state, ctx) => {
        ctx.exit(ctx.self, 'kill');
        afterwards(ctx);
        return noreply(state);
      },
    },
    call: { die: (_message, state) => reply('late', state) },
  });

const collector = async (kit: ReturnType<typeof createTestSystem>) => {
  let ctx: Context | undefined;
  const pid = kit.system.spawn(async (own) => {
    ctx = own;
    await new Promise(() => undefined);
  });
  await kit.system.settled();
  return { pid, ctx: ctx as unknown as Context };
};

describe('a callback that goes on after its process was killed has no effect', () => {
  const acts: readonly [string, (ctx: Context, other: Pid) => void][] = [
    ['send', (ctx, other) => ctx.send(other, 'ghost')],
    ['exit', (ctx, other) => ctx.exit(other, 'kill')],
    ['link', (ctx, other) => ctx.link(other)],
    ['sendAfter', (ctx, other) => void ctx.sendAfter(other, 'ghost', 0)],
    ['spawn', (ctx, other) => void ctx.spawn((child) => child.send(other, 'ghost'))],
    [
      'start',
      (ctx) =>
        void ctx
          .start(
            victim(() => undefined),
            undefined,
          )
          .catch(() => undefined),
    ],
    ['register', (ctx) => ctx.register(processName('ghost'), ctx.self)],
  ];
  test.each(acts)('%s', async (_name, act) => {
    await using kit = createTestSystem();
    const other = await collector(kit);
    const body = (ctx: Context) => {
      // Killed from outside while its synchronous code runs.
      kit.system.exit(ctx.self, 'kill');
      try {
        act(ctx, other.pid);
      } catch {
        // Some acts say by an exception that the process has ended.
      }
    };
    const pid = kit.system.spawn(body);
    await assertDown(pid, 'killed');
    await kit.clock.advance(10);
    expect(await flushMailbox(other.ctx)).toEqual([]);
    expect(kit.system.processCount).toBe(1);
    expect(kit.system.whereis(processName('ghost'))).toBeUndefined();
  });

  test('its reply does not arrive: the caller hears of the kill', async () => {
    await using kit = createTestSystem();
    const definition = defineGenServer<Victim, null>({
      init: () => ok(null),
      cast: { die: (_message, state) => noreply(state) },
      call: {
        die: (_request, state, from, ctx) => {
          kit.system.exit(ctx.self, 'kill');
          ctx.reply(from, 'ghost');
          return reply('ghost', state);
        },
      },
    });
    const pid = await kit.startSupervised(definition, undefined);
    await expect(kit.system.call(pid, { type: 'die' })).rejects.toMatchObject({ failure: 'killed' });
  });
});

test('the abort signal of an asynchronous callback fires with the reason', async () => {
  await using kit = createTestSystem();
  let reason: unknown;
  const pid = kit.system.spawn(async (ctx) => {
    ctx.signal.addEventListener('abort', () => {
      reason = ctx.signal.reason;
    });
    await new Promise(() => undefined);
  });
  await kit.system.settled();
  kit.system.exit(pid, 'boom');
  expect(reason).toEqual(new Exit('boom'));
});

test('the abort signal of a process that is gone has fired', async () => {
  await using kit = createTestSystem();
  let ctx: Context | undefined;
  const pid = kit.system.spawn((own) => {
    ctx = own;
  });
  await assertDown(pid);
  expect(ctx?.signal.aborted).toBe(true);
});

test('what a killed process waits for is rejected with its exit reason', async () => {
  await using kit = createTestSystem();
  const rejected: unknown[] = [];
  const pid = kit.system.spawn(async (ctx) => {
    const note = (thrown: unknown) => void rejected.push((thrown as Exit).reason);
    await Promise.all([ctx.sleep(1000).catch(note), ctx.receive().catch(note)]);
  });
  await kit.system.settled();
  kit.system.exit(pid, 'boom');
  await kit.system.settled();
  expect(rejected).toEqual(['boom', 'boom']);
  expect(kit.clock.pending).toBe(0);
});

test('a name is free before anybody is told of the end', async () => {
  await using kit = createTestSystem();
  const name = processName('taken');
  const seen: unknown[] = [];
  const holder = kit.system.spawn(async (ctx) => {
    await ctx.receive();
  });
  kit.system.register(name, holder);
  kit.system.spawn(async (ctx) => {
    ctx.monitor(name);
    const message = await ctx.receive();
    seen.push(message instanceof DownMessage, ctx.whereis(name));
  });
  await kit.system.settled();
  kit.system.exit(holder, 'boom');
  await kit.system.settled();
  expect(seen).toEqual([true, undefined]);
});

test('a pid never comes to mean another process', async () => {
  await using kit = createTestSystem();
  const first = kit.system.spawn(() => undefined);
  await assertDown(first);
  const other = await collector(kit);
  expect(other.pid.id).not.toBe(first.id);
  kit.system.send(first, 'stale');
  await kit.system.settled();
  expect(await flushMailbox(other.ctx)).toEqual([]);
});

test('nothing of a process is left when it has ended', async () => {
  await using kit = createTestSystem();
  const { system, clock } = kit;
  const other = await collector(kit);
  const pid = system.spawn(async (ctx) => {
    ctx.link(other.pid);
    ctx.unlink(other.pid);
    ctx.monitor(other.pid);
    ctx.sendAfter(other.pid, 'later', 1000);
    ctx.register(processName('me'), ctx.self);
    await ctx.sleep(5000);
  });
  await system.settled();
  expect(clock.pending).toBe(2);
  system.exit(pid, 'boom');
  await system.settled();
  expect(clock.pending).toBe(0);
  expect(system.processCount).toBe(1);
  expect([...system.processes()]).toEqual([other.pid]);
  expect(system.whereis(processName('me'))).toBeUndefined();
});
