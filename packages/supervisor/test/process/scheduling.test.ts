import { expect, test } from '@jest/globals';
import { type Call, defineGenServer, noreply, ok, reply, System, silentLogger } from '../../src/index.js';
import { createTestSystem } from '../../src/testing/index.js';

type Counter = {
  readonly call: Call<{ readonly type: 'get' }, number>;
  readonly cast: { readonly type: 'add' };
};
const counter = defineGenServer<Counter, number>({
  name: 'counter',
  init: () => ok(0),
  call: { get: (_request, count) => reply(count, count) },
  cast: { add: (_message, count) => noreply(count + 1) },
});

test('a process with a full mailbox does not keep the others waiting', async () => {
  await using kit = createTestSystem();
  const flooded = await kit.startSupervised(counter, undefined);
  const other = await kit.startSupervised(counter, undefined);
  const flood = 200_000;
  for (let i = 0; i < flood; i++) kit.system.cast(flooded, { type: 'add' });
  const floodedDone = kit.system.call(flooded, { type: 'get' }, Number.POSITIVE_INFINITY);
  let first = '';
  void floodedDone.then(() => {
    first ||= 'flooded';
  });
  await kit.system.call(other, { type: 'get' });
  first ||= 'other';
  expect(first).toBe('other');
  expect(await floodedDone).toBe(flood);
});

test('processes that send to themselves without end leave room for timers and input', async () => {
  const system = new System({ logger: silentLogger });
  const spinner = system.spawn(async (ctx) => {
    for (;;) {
      ctx.send(ctx.self, 'again');
      await ctx.receive();
    }
  });
  // A real timer: it fires only if the event loop gets its turn.
  await new Promise((resolve) => setTimeout(resolve, 1));
  system.exit(spinner, 'kill');
  expect(system.processCount).toBe(0);
  system.close();
});

test('ready processes are served in the order they became ready', async () => {
  await using kit = createTestSystem();
  const order: number[] = [];
  for (let n = 0; n < 5; n++) kit.system.spawn(() => void order.push(n));
  await kit.system.settled();
  expect(order).toEqual([0, 1, 2, 3, 4]);
});

test('messages between two processes keep their order, however many there are', async () => {
  await using kit = createTestSystem();
  const got: unknown[] = [];
  const sink = kit.system.spawn(async (ctx) => {
    for (;;) got.push(await ctx.receive());
  });
  const sent = Array.from({ length: 3000 }, (_, n) => n);
  kit.system.spawn((ctx) => {
    for (const n of sent) ctx.send(sink, n);
  });
  await kit.system.settled();
  expect(got).toEqual(sent);
});

test('an asynchronous callback keeps its own process waiting, and no other', async () => {
  await using kit = createTestSystem();
  const log: string[] = [];
  const sleeper = defineGenServer<
    { readonly cast: { readonly type: 'nap' } | { readonly type: 'next' } },
    null
  >({
    init: () => ok(null),
    cast: {
      nap: async (_message, state, ctx) => {
        await ctx.sleep(100);
        log.push('woke');
        return noreply(state);
      },
      next: (_message, state) => {
        log.push('next');
        return noreply(state);
      },
    },
  });
  const pid = await kit.startSupervised(sleeper, undefined);
  const other = await kit.startSupervised(counter, undefined);
  kit.system.cast(pid, { type: 'nap' });
  kit.system.cast(pid, { type: 'next' });
  await kit.system.settled();
  expect(await kit.system.call(other, { type: 'get' })).toBe(0);
  expect(log).toEqual([]);
  await kit.clock.advance(100);
  expect(log).toEqual(['woke', 'next']);
});

test('a system at rest keeps nothing alive', async () => {
  const system = new System({ logger: silentLogger });
  const started = await system.start(counter, undefined);
  if (started.ok) await system.call(started.pid, { type: 'get' });
  await system.settled();
  // The jest environment fails this file if a timer or an immediate is left.
  expect(system.scheduler.idle).toBe(true);
  system.close();
  expect(system.processCount).toBe(0);
});

test('a process that takes its time with each message lets timers and others in between', async () => {
  const system = new System({ logger: silentLogger });
  const slow = defineGenServer<{ readonly cast: { readonly type: 'work' } }, number>({
    init: () => ok(0),
    cast: {
      work: (_message, count) => {
        const until = performance.now() + 0.2;
        while (performance.now() < until);
        return noreply(count + 1);
      },
    },
  });
  const started = await system.start(slow, undefined);
  const other = await system.start(counter, undefined);
  if (!started.ok || !other.ok) throw new Error('not started');
  const order: string[] = [];
  for (let i = 0; i < 500; i++) system.cast(started.pid, { type: 'work' });
  const worked = system.stop(started.pid).then(() => order.push('worked'));
  const timer = new Promise<void>((resolve) => setTimeout(resolve, 1)).then(() => order.push('timer'));
  const called = system.call(other.pid, { type: 'get' }).then(() => order.push('called'));
  await Promise.all([worked, timer, called]);
  expect(order).toHaveLength(3);
  expect(order.at(-1)).toBe('worked');
  system.close();
});
