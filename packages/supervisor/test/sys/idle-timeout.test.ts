// As `receive … after` in OTP's loops: a system request is not the message that a timeout waits for, and starts its time anew.
import { expect, test } from '@jest/globals';
import { defineGenServer, noreply, ok, sys, TimeoutMessage } from '../../src/index.js';
import { createTestSystem } from '../../src/testing/index.js';

/** A server that gives up after 100 ms, at first, and notes when and what comes. */
const waiting = async () => {
  const kit = createTestSystem();
  const seen: unknown[] = [];
  const server = defineGenServer<{ readonly info: unknown }, null>({
    init: () => ok(null, { timeoutMs: 100 }),
    info: (message, state) => {
      seen.push(kit.clock.now(), message instanceof TimeoutMessage ? 'timeout' : message);
      return noreply(state);
    },
  });
  const pid = await kit.startSupervised(server, undefined);
  const ask = async (request: (pid: never, options: object) => Promise<unknown>) => {
    await request(pid as never, { system: kit.system });
  };
  return { kit, pid, seen, ask };
};

test('a system request starts the time anew', async () => {
  const { kit, seen, ask } = await waiting();
  await kit.clock.advance(60);
  await ask(sys.getState);
  await kit.clock.advance(60);
  await ask(sys.getState);
  await kit.clock.advance(99);
  expect(seen).toEqual([]);
  await kit.clock.advance(200);
  expect(seen).toEqual([220, 'timeout']);
  await kit.close();
});

test('while a server is suspended no time passes; resumed, it has all of it', async () => {
  const { kit, seen, ask } = await waiting();
  await kit.clock.advance(60);
  await ask(sys.suspend);
  await kit.clock.advance(500);
  await ask(sys.getState);
  expect(kit.clock.pending).toBe(0);
  await ask(sys.resume);
  await kit.clock.advance(500);
  expect(seen).toEqual([660, 'timeout']);
  await kit.close();
});

test('a message that comes while a server is suspended is the one that was waited for', async () => {
  const { kit, pid, seen, ask } = await waiting();
  await ask(sys.suspend);
  kit.system.send(pid, 'hello' as never);
  await ask(sys.resume);
  await kit.clock.advance(500);
  expect(seen).toEqual([0, 'hello']);
  await kit.close();
});

test.each([0, 100])(
  'a system request that waits already when a callback asks for %d ms is no message',
  async (timeoutMs) => {
    const kit = createTestSystem();
    const seen: unknown[] = [];
    const server = defineGenServer<{ readonly info: unknown }, null>({
      init: () => ok(null),
      info: async (message, state, ctx) => {
        if (message instanceof TimeoutMessage) seen.push(kit.clock.now(), 'timeout');
        else await ctx.sleep(10);
        return noreply(state, message instanceof TimeoutMessage ? {} : { timeoutMs });
      },
    });
    const busy = await kit.startSupervised(server, undefined);
    kit.system.send(busy, 'work' as never);
    await kit.system.settled();
    const state = sys.getState(busy, { system: kit.system });
    await kit.clock.advance(500);
    expect(await state).toBeNull();
    expect(seen).toEqual([10 + timeoutMs, 'timeout']);
    await kit.close();
  },
);
