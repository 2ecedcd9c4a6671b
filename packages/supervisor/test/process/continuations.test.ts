// When a callback that awaits something goes on beside ends that wait for their turn to be told.
import { describe, expect, test } from '@jest/globals';
import {
  type Call,
  type Context,
  createSystem,
  defineGenServer,
  ignore,
  noreply,
  ok,
  type Pid,
  type System,
  silentLogger,
  stop,
  Task,
} from '../../src/index.js';
import { assertDown, createTestSystem } from '../../src/testing/index.js';

const idle = async (ctx: Context) => {
  await ctx.receive();
};

/** A process that is linked to an idle one and then awaits something; whether it has gone on. */
const linkedPair = async (system: System, awaits: (ctx: Context, other: Pid) => Promise<unknown>) => {
  const outcome = { wentOn: false };
  const other = system.spawn(idle);
  const waiting = system.spawn(async (ctx) => {
    ctx.link(other);
    await awaits(ctx, other).catch(() => undefined);
    outcome.wentOn = ctx.isAlive(ctx.self);
    await ctx.receive();
  });
  await system.settled();
  return { other, waiting, outcome };
};

type Act = (ctx: Context<Culprit>, other: Pid) => void;
type Culprit = { readonly call: Call<{ readonly type: 'act' }, string> };

/** A server that acts on its first call, after a pause if it is to. */
const culprit = (other: () => Pid, act: Act, { pauseMs = 0, linked = false, ending = false } = {}) =>
  defineGenServer<Culprit, null>({
    init: (_args, ctx) => {
      if (linked) ctx.link(other());
      if (ending) ctx.trapExit(true);
      return ok(null);
    },
    call: {
      act: async (_request, state, from, ctx) => {
        if (pauseMs > 0) await ctx.sleep(pauseMs);
        act(ctx, other());
        if (ending) return stop('boom', state);
        ctx.reply(from, 'done');
        return noreply(state);
      },
    },
    terminate: async (_reason, _state, ctx) => {
      if (pauseMs > 0) await ctx.sleep(pauseMs);
    },
  });

const nothing: Act = () => undefined;
const endOther: Act = (ctx, other) => ctx.exit(other, 'boom');

/** What the waiting process does; `pauseMs` passes before the other ends by 'boom', and then what is awaited is over. */
const waits: readonly [string, (ctx: Context, other: Pid, pauseMs: number) => Promise<unknown>][] = [
  [
    'a reply',
    async (ctx, other, pauseMs) => {
      const started = await ctx.start(
        culprit(() => other, endOther, { pauseMs }),
        undefined,
      );
      if (started.ok) await ctx.call(started.pid, { type: 'act' });
    },
  ],
  [
    'a reply of a server that ends instead',
    async (ctx, other, pauseMs) => {
      const server = culprit(() => other, nothing, { pauseMs, linked: true, ending: true });
      const started = await ctx.start(server, undefined);
      if (started.ok) await ctx.call(started.pid, { type: 'act' });
    },
  ],
  [
    'the end of a server that it has asked to stop',
    async (ctx, other, pauseMs) => {
      const server = culprit(() => other, nothing, { pauseMs, linked: true, ending: true });
      const started = await ctx.start(server, undefined);
      if (started.ok) await ctx.stop(started.pid, 'boom');
    },
  ],
  [
    'the start of a server',
    (ctx, other, pauseMs) => {
      const server = defineGenServer<{ readonly info: unknown }, null>({
        init: async (_args, child) => {
          await child.sleep(pauseMs);
          child.exit(other, 'boom');
          return ok(null);
        },
      });
      return ctx.start(server, undefined);
    },
  ],
  [
    'the start of a server without a pause',
    async (ctx, other, pauseMs) => {
      await ctx.sleep(pauseMs);
      const server = defineGenServer<{ readonly info: unknown }, null>({
        init: (_args, child) => {
          child.exit(other, 'boom');
          return ignore();
        },
      });
      await ctx.start(server, undefined);
    },
  ],
  [
    "a task's value",
    (ctx, other, pauseMs) =>
      Task.async(ctx, async (child) => {
        await child.sleep(pauseMs);
        child.exit(other, 'boom');
      }).await(),
  ],
];

describe('an end that waits to be told comes before who awaits', () => {
  test.each(waits)('%s', async (_, awaits) => {
    await using kit = createTestSystem();
    const { waiting, outcome } = await linkedPair(kit.system, (ctx, other) => awaits(ctx, other, 70));
    await kit.clock.advance(200);
    // By its link, and not by what it awaits.
    await assertDown(waiting, 'boom');
    expect(outcome.wentOn).toBe(false);
  });

  test.each<[string, (ctx: Context) => Promise<unknown>]>([
    ['the end of a sleep', (ctx) => ctx.sleep(10)],
    ['a message that does not come in time', (ctx) => ctx.receive(undefined, 10)],
  ])('%s', async (_, awaits) => {
    const timers: (() => void)[] = [];
    const clock = {
      now: () => 0,
      clearTimer: () => undefined,
      setTimer: (fire: () => void) => timers.push(fire),
    };
    const system = createSystem({ clock, logger: silentLogger });
    const { other, waiting, outcome } = await linkedPair(system, awaits);
    system.exit(other, 'boom');
    for (const fire of timers) fire();
    await assertDown(waiting, 'boom');
    expect(outcome.wentOn).toBe(false);
    system.close();
  });
});

describe('who was let go on before an end was queued goes on first', () => {
  test('by a reply', async () => {
    await using kit = createTestSystem();
    const answers = defineGenServer<Culprit, Pid, Pid>({
      init: (other) => ok(other),
      call: {
        act: (_request, other, from, ctx) => {
          ctx.reply(from, 'done');
          ctx.exit(other, 'boom');
          return noreply(other);
        },
      },
    });
    const { waiting, outcome } = await linkedPair(kit.system, async (ctx, other) => {
      const started = await ctx.start(answers, other);
      if (started.ok) await ctx.call(started.pid, { type: 'act' });
    });
    await assertDown(waiting, 'boom');
    expect(outcome.wentOn).toBe(true);
  });

  test('by a message', async () => {
    await using kit = createTestSystem();
    const { other, waiting, outcome } = await linkedPair(kit.system, (ctx) => ctx.receive());
    kit.system.spawn((ctx) => {
      ctx.send(waiting, 'go on');
      ctx.exit(other, 'boom');
    });
    await assertDown(waiting, 'boom');
    expect(outcome.wentOn).toBe(true);
  });
});

test('the calls of a server that a signal ends fail in its turn, after ends that were queued before', async () => {
  await using kit = createTestSystem();
  const silent = defineGenServer<Culprit, null>({ init: () => ok(null), call: { act: () => noreply(null) } });
  const server = await kit.startSupervised(silent, undefined);
  const { other, waiting, outcome } = await linkedPair(kit.system, (ctx) =>
    ctx.call(server, { type: 'act' }),
  );
  kit.system.exit(other, 'boom');
  kit.system.exit(server, 'kill');
  await assertDown(waiting, 'boom');
  expect(outcome.wentOn).toBe(false);
});

test('what waits for its turn is let go when the system is closed', async () => {
  const system = createSystem({ logger: silentLogger });
  const { other, waiting, outcome } = await linkedPair(system, (ctx) => ctx.receive());
  const server = defineGenServer<Culprit, null>({ init: () => ok(null), call: { act: () => noreply(null) } });
  let failed = false;
  const started = await system.start(server, undefined);
  if (!started.ok) throw new Error('not started');
  system.spawn(async (ctx) => {
    await ctx.call(started.pid, { type: 'act' }).catch(() => {
      failed = true;
    });
  });
  await system.settled();
  system.exit(other, 'boom');
  system.exit(started.pid, 'kill');
  system.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(failed).toBe(true);
  expect(system.isAlive(waiting)).toBe(false);
  expect(outcome.wentOn).toBe(false);
});
