import { expect, test } from '@jest/globals';
import {
  type Call,
  type Context,
  defineGenServer,
  noreply,
  ok,
  reply,
  type SystemMessage,
  stop,
} from '../../src/index.js';
import { assertDown, createTestSystem, flushMailbox } from '../../src/testing/index.js';

type Echo = { readonly call: Call<{ readonly type: 'echo'; readonly text: string }, string> };

const stopped: string[] = [];
const echo = defineGenServer<Echo, string, { readonly name: string; readonly stopMs?: number }>({
  name: 'echo',
  init: ({ name, stopMs = 0 }, ctx) => {
    ctx.trapExit(true);
    return name === 'bad' ? stop('bad name') : ok(`${name} ${stopMs}`);
  },
  call: { echo: ({ text }, state) => reply(text, state) },
  info: (_message: SystemMessage, state) => noreply(state),
  terminate: async (_reason, state, ctx) => {
    const [name, stopMs] = state.split(' ');
    await ctx.sleep(Number(stopMs));
    stopped.push(name as string);
  },
});

test('what a test starts is stopped in order, the last first, when the test ends', async () => {
  stopped.length = 0;
  const { system, startSupervised, close } = createTestSystem();
  await startSupervised(echo, { name: 'first' });
  await startSupervised(echo, { name: 'second', stopMs: 3000 });
  await close();
  expect(stopped).toEqual(['second', 'first']);
  expect(system.processCount).toBe(0);
});

test('a server that does not stop within 5,000 ms of the test clock is killed', async () => {
  stopped.length = 0;
  const { system, clock, startSupervised, close } = createTestSystem();
  const pid = await startSupervised(echo, { name: 'slow', stopMs: 60_000 });
  await close();
  expect(stopped).toEqual([]);
  expect(await system.exited(pid)).toBe('killed');
  expect(clock.now()).toBeLessThanOrEqual(5000);
});

test('a server that does not start fails the test with its reason', async () => {
  await using kit = createTestSystem();
  await expect(kit.startSupervised(echo, { name: 'bad' })).rejects.toThrow('echo did not start: bad name');
});

test('assertDown holds for a process that is gone, for the reason that is asked for', async () => {
  await using kit = createTestSystem();
  const { system } = kit;
  const pid = await kit.startSupervised(echo, { name: 'a' });
  await expect(assertDown(pid)).rejects.toThrow(/expected <0\.\d+> echo to be down, but it is alive/);
  system.exit(pid, 'kill');
  expect(await assertDown(pid, 'killed')).toBe('killed');
  await expect(assertDown(pid, 'normal')).rejects.toThrow(/to be down with normal, got killed/);
});

test('assertDown compares reasons by value and waits for what is under way', async () => {
  await using kit = createTestSystem();
  const pid = kit.system.spawn(async (ctx) => {
    await ctx.receive();
    ctx.exitSelf({ kind: 'shutdown', detail: ['x'] });
  });
  kit.system.send(pid, 'go');
  await assertDown(pid, { kind: 'shutdown', detail: ['x'] });
});

test('flushMailbox takes all that waits, oldest first, and waits for nothing', async () => {
  await using kit = createTestSystem();
  let flushed: unknown[] = [];
  kit.system.spawn(async (ctx: Context) => {
    ctx.send(ctx.self, 'one');
    ctx.send(ctx.self, 'two');
    flushed = [await flushMailbox(ctx), await flushMailbox(ctx)];
  });
  await kit.system.settled();
  expect(flushed).toEqual([['one', 'two'], []]);
});
