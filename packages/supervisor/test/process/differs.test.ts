// Where we differ from OTP: each difference has its test here, and its reason in the package's README.
import { expect, test } from '@jest/globals';
import {
  type Context,
  defineGenServer,
  Exit,
  NoProcessError,
  noreply,
  ok,
  type Pid,
  Task,
} from '../../src/index.js';
import { assertDown, createTestSystem } from '../../src/testing/index.js';

const idle = async (ctx: Context) => {
  await ctx.receive();
};

test('a synchronous callback is not interrupted by a kill: it ends first, without further effect', async () => {
  await using kit = createTestSystem();
  const reached: string[] = [];
  const witness = kit.system.spawn(async (ctx) => {
    reached.push(String(await ctx.receive()));
  });
  const pid = kit.system.spawn((ctx) => {
    kit.system.exit(ctx.self, 'kill');
    reached.push('after the kill');
    ctx.send(witness, 'never arrives');
  });
  await assertDown(pid, 'killed');
  expect(reached).toEqual(['after the kill']);
});

test('an exit signal has taken effect when exit returns, where OTP delivers it a moment later', async () => {
  await using kit = createTestSystem();
  const target = kit.system.spawn(idle);
  let seen: unknown[] = [];
  kit.system.spawn((ctx) => {
    ctx.exit(target, 'boom');
    seen = [ctx.isAlive(target)];
    try {
      ctx.link(target);
    } catch (error) {
      seen.push(error);
    }
  });
  await kit.system.settled();
  expect(seen).toEqual([false, new NoProcessError(target)]);
});

test('what a callback throws is never its result, where OTP takes an uncaught throw for one', async () => {
  await using kit = createTestSystem();
  const server = defineGenServer<{ readonly info: unknown }, null>({
    init: () => ok(null),
    info: (_message, state) => {
      throw noreply(state);
    },
  });
  const pid = await kit.startSupervised(server, undefined);
  kit.system.send(pid, 'hello');
  expect(await assertDown(pid)).toMatchObject({ kind: 'crash' });
});

test('a bare process can be stopped, where in OTP it would take the request for a message', async () => {
  await using kit = createTestSystem();
  const pid = kit.system.spawn(idle);
  await kit.system.stop(pid, 'enough');
  await assertDown(pid, 'enough');
});

test('a message is handed over as it is, where OTP copies it', async () => {
  await using kit = createTestSystem();
  const message = { list: [1] };
  let received: unknown;
  const pid: Pid = kit.system.spawn(async (ctx) => {
    received = await ctx.receive();
  });
  kit.system.send(pid, message);
  await kit.system.settled();
  expect(received).toBe(message);
});

test('a start comes out as init does, where OTP takes a signal of the new process to its trapping starter for its end', async () => {
  await using kit = createTestSystem();
  const server = defineGenServer<{ readonly info: unknown }, null, Pid>({
    init: (starter, ctx) => {
      ctx.exit(starter, 'shutdown');
      return ok(null);
    },
  });
  const seen: unknown[] = [];
  kit.system.spawn(async (ctx) => {
    ctx.trapExit(true);
    const started = await ctx.startLink(server, ctx.self);
    seen.push(started.ok, await ctx.receive());
  });
  await kit.system.settled();
  // In OTP `{error, shutdown}`, while the process lives.
  expect(seen).toMatchObject([true, { reason: 'shutdown' }]);
});

test("a task's outcome can be asked for again, where in OTP its message is gone by then", async () => {
  await using kit = createTestSystem();
  const outcomes: unknown[] = [];
  kit.system.spawn(async (ctx) => {
    const task = Task.async(ctx, () => 1);
    outcomes.push(await task.await(), await task.await());
  });
  await kit.system.settled();
  expect(outcomes).toEqual([1, 1]);
});

test('who fails right after it has sent something ends a few microtasks later, where OTP runs nobody in between', async () => {
  await using kit = createTestSystem();
  const seen: unknown[] = [];
  const receiver = kit.system.spawn(async (ctx) => {
    for (;;) seen.push(await ctx.receive());
  });
  const sender = kit.system.spawn(async (ctx) => {
    ctx.link(receiver);
    await ctx.receive();
    ctx.send(receiver, 'hello');
    throw new Exit('boom');
  });
  kit.system.send(sender, 'go');
  await assertDown(receiver, 'boom');
  // In OTP the signal of its link ends it before it has looked at the message.
  expect(seen).toEqual(['hello']);
});

test('a timer of sendAfter goes with the process that made it, where OTP keeps it for the receiver', async () => {
  await using kit = createTestSystem();
  const seen: unknown[] = [];
  const receiver = kit.system.spawn(async (ctx) => {
    for (;;) seen.push(await ctx.receive());
  });
  const maker = kit.system.spawn((ctx) => void ctx.sendAfter(receiver, 'later', 100));
  await assertDown(maker, 'normal');
  expect(kit.clock.pending).toBe(0);
  await kit.clock.advance(200);
  expect(seen).toEqual([]);
});
