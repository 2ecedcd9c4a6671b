import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Call,
  childSpec,
  defineGenServer,
  noreply,
  ok,
  reply,
  startAgent,
  startSupervisor,
  sys,
  type TraceEvent,
} from '../../src/index.js';
import { createTestSystem, type TestSystem } from '../../src/testing/index.js';
import { actor } from '../registry/actor.js';

let kit: TestSystem;
beforeEach(() => {
  kit = createTestSystem();
});
afterEach(() => kit.close());

type Counter = {
  call: Call<{ type: 'get' }, number> | Call<{ type: 'sleep'; ms: number }, 'ok'>;
  cast: { type: 'add'; by: number };
  info: string;
};
const counter = defineGenServer<Counter, number, number>({
  name: 'counter',
  init: (first) => ok(first),
  call: {
    get: (_request, count, _from, ctx) => {
      ctx.send(ctx.self, 'asked');
      return reply(count, count);
    },
    sleep: async ({ ms }, count, _from, ctx) => {
      await ctx.sleep(ms);
      return reply('ok', count);
    },
  },
  cast: { add: ({ by }, count) => noreply(count + by) },
  info: (_message, count) => noreply(count),
});
const started = () => kit.startSupervised(counter, 10);

describe('getState and replaceState', () => {
  test('work between two messages', async () => {
    const pid = await started();
    kit.system.cast(pid, { type: 'add', by: 1 });
    const state = sys.getState(pid);
    kit.system.cast(pid, { type: 'add', by: 1 });
    expect(await state).toBe(11);
    expect(await sys.replaceState<number>(pid, (n) => n * 2)).toBe(24);
    expect(await kit.system.call(pid, { type: 'get' })).toBe(24);
  });

  test('an error in the change reaches the asker and not the process', async () => {
    const pid = await started();
    const change = () => {
      throw new Error('change');
    };
    await expect(sys.replaceState(pid, change)).rejects.toThrow('change');
    expect(await sys.getState(pid)).toBe(10);
  });

  test('every behaviour shows its state', async () => {
    const agent = await startAgent(() => ({ a: 1 }), { system: kit.system });
    const root = await startSupervisor([childSpec(counter, 1)], { system: kit.system });
    if (!agent.ok || !root.ok) throw new Error('start');
    expect(await sys.getState(agent.pid)).toEqual({ a: 1 });
    expect(await sys.getState(root.pid)).toMatchObject({ flags: { strategy: 'one_for_one' } });
    const bare = await actor(kit.system);
    expect(await sys.getState(bare.self)).toEqual({ waiting: 0 });
    await expect(sys.replaceState(root.pid, (state) => state)).rejects.toThrow('no state to replace');
  });
});

describe('a request to a process', () => {
  test('that is gone fails with noproc', async () => {
    const pid = await started();
    kit.system.exit(pid, 'kill');
    await expect(sys.getState(pid)).rejects.toMatchObject({
      failure: 'noproc',
      reason: { operation: 'sys.get_state' },
    });
  });

  test('that ends before it comes to it fails with its exit reason', async () => {
    const pid = await started();
    kit.system.call(pid, { type: 'sleep', ms: 100 }).catch(() => undefined);
    await kit.system.settled();
    const state = sys.getState(pid).catch((error) => error.failure);
    kit.system.exit(pid, 'boom');
    expect(await state).toBe('boom');
  });

  test.each([
    [99, 'timeout'],
    [101, 10],
  ])('that is at work for 100 ms, within %i ms, comes to %s', async (timeoutMs, expected) => {
    const pid = await started();
    kit.system.call(pid, { type: 'sleep', ms: 100 }).catch(() => undefined);
    await kit.system.settled();
    const state = sys.getState(pid, { timeoutMs }).catch((error) => error.failure);
    await kit.clock.advance(101);
    expect(await state).toBe(expected);
  });

  test('that came to nothing in time is not carried out later', async () => {
    const pid = await started();
    kit.system.call(pid, { type: 'sleep', ms: 100 }).catch(() => undefined);
    await kit.system.settled();
    const replaced = sys.replaceState(pid, () => 0, { timeoutMs: 50 }).catch((error) => error.failure);
    await kit.clock.advance(200);
    expect(await replaced).toBe('timeout');
    expect(await sys.getState(pid)).toBe(10);
  });

  test('may name it, in its system', async () => {
    const pid = await started();
    kit.system.register({ name: 'c' }, pid);
    expect(await sys.getState({ name: 'c' }, { system: kit.system })).toBe(10);
    await expect(sys.getState({ name: 'c' })).rejects.toMatchObject({ failure: 'noproc' });
  });
});

describe('suspend', () => {
  test('holds messages back until resume', async () => {
    const pid = await started();
    await sys.suspend(pid);
    kit.system.cast(pid, { type: 'add', by: 1 });
    const got = kit.system.call(pid, { type: 'get' });
    await kit.system.settled();
    expect(await sys.getState(pid)).toBe(10);
    expect((await sys.getStatus(pid)).status).toBe('suspended');
    await sys.resume(pid);
    expect(await got).toBe(11);
  });

  test('does not outlast a resume that was sent right after it', async () => {
    const pid = await started();
    const all = [sys.suspend(pid), sys.getState(pid), sys.resume(pid)];
    kit.system.cast(pid, { type: 'add', by: 1 });
    await Promise.all(all);
    expect(await kit.system.call(pid, { type: 'get' })).toBe(11);
  });

  test('a call to a suspended server times out', async () => {
    const pid = await started();
    await sys.suspend(pid);
    const failure = kit.system.call(pid, { type: 'get' }, 100).catch((error) => error.failure);
    await kit.clock.advance(100);
    expect(await failure).toBe('timeout');
  });

  test('a suspended server can be stopped', async () => {
    const pid = await started();
    await sys.suspend(pid);
    await kit.system.stop(pid);
    expect(kit.system.isAlive(pid)).toBe(false);
  });

  test.each(['before', 'after'])('and ends with its supervisor, asked %s it was suspended', async (when) => {
    const trapping = defineGenServer<Counter, number, number>({
      init: (first, ctx) => {
        ctx.trapExit(true);
        return ok(first);
      },
      call: {
        get: (_request, count) => reply(count, count),
        sleep: (_request, count) => reply('ok', count),
      },
      cast: { add: (_message, count) => noreply(count) },
    });
    const root = await startSupervisor([childSpec(trapping, 1, { shutdown: 'infinity' })], {
      system: kit.system,
    });
    if (!root.ok) throw new Error(root.kind);
    const [child] = [...kit.system.processes()].slice(-1);
    if (child === undefined) throw new Error('no child');
    const suspended = sys.suspend(child).catch(() => undefined);
    if (when === 'after') await suspended;
    await kit.system.stop(root.pid);
    expect(kit.system.isAlive(child)).toBe(false);
  });
});

test('statistics count what comes in and what goes out while they are on', async () => {
  const pid = await started();
  expect(await sys.getStatistics(pid)).toBeUndefined();
  await sys.startStatistics(pid);
  kit.system.cast(pid, { type: 'add', by: 1 });
  // One request in, one reply and a message to itself out, and that message in.
  await kit.system.call(pid, { type: 'get' });
  await kit.system.settled();
  await kit.clock.advance(40);
  expect(await sys.getStatistics(pid)).toEqual({ sinceMs: 40, messagesIn: 3, messagesOut: 2 });
  await sys.stopStatistics(pid);
  expect(await sys.getStatistics(pid)).toBeUndefined();
});

describe('trace', () => {
  test('shows every message until it is taken back', async () => {
    const pid = await started();
    const events: unknown[] = [];
    const untrace = await sys.trace(pid, ({ type, kind, message }: TraceEvent) =>
      events.push([type, kind, message]),
    );
    await kit.system.call(pid, { type: 'get' });
    kit.system.cast(pid, { type: 'add', by: 1 });
    await kit.system.settled();
    expect(events).toEqual([
      ['in', 'call', { type: 'get' }],
      ['out', 'info', 'asked'],
      ['out', 'reply', 10],
      ['in', 'info', 'asked'],
      ['in', 'cast', { type: 'add', by: 1 }],
    ]);
    expect((await sys.getStatus(pid)).traced).toBe(true);
    untrace();
    kit.system.cast(pid, { type: 'add', by: 1 });
    await kit.system.settled();
    expect(events).toHaveLength(5);
    expect((await sys.getStatus(pid)).traced).toBe(false);
  });

  test('a listener that throws is dropped and does no harm', async () => {
    const pid = await started();
    let calls = 0;
    await sys.trace(pid, () => {
      calls++;
      throw new Error('listener');
    });
    kit.system.cast(pid, { type: 'add', by: 1 });
    kit.system.cast(pid, { type: 'add', by: 1 });
    expect(await kit.system.call(pid, { type: 'get' })).toBe(12);
    expect(calls).toBe(1);
  });
});

test('getStatus shows what a process is and holds', async () => {
  const pid = await started();
  expect(await sys.getStatus(pid)).toMatchObject({
    pid,
    kind: 'gen_server',
    label: 'counter',
    links: [],
    trapsExits: false,
    state: 10,
    statistics: undefined,
    traced: false,
  });
});
