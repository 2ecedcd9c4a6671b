import { describe, expect, test } from '@jest/globals';
import { ArgumentError, type Context, defineGenServer, ok, processName } from '../../src/index.js';
import { assertDown, createTestSystem } from '../../src/testing/index.js';

const name = processName<{ readonly info: unknown }>('clerk');
const idle = async (ctx: Context) => {
  await ctx.receive();
};
const nothing = defineGenServer<{ readonly info: unknown }, null>({ name: 'nothing', init: () => ok(null) });

describe('register', () => {
  test('makes a process reachable by its name', async () => {
    await using kit = createTestSystem();
    const pid = kit.system.spawn(idle);
    kit.system.register(name, pid as never);
    expect(kit.system.whereis(name)).toBe(pid);
    kit.system.send(name, 'hello');
    await assertDown(pid, 'normal');
    expect(kit.system.whereis(name)).toBeUndefined();
  });

  test('refuses a name that is taken, a process that has one, one that is gone, and an empty name', async () => {
    await using kit = createTestSystem();
    const { system } = kit;
    const pid = system.spawn(idle);
    const other = system.spawn(idle);
    const dead = system.spawn(() => undefined);
    await assertDown(dead);
    system.register(name as never, pid);
    expect(() => system.register(name as never, other)).toThrow(ArgumentError);
    expect(() => system.register(processName('second'), pid)).toThrow(/already registered as "clerk"/);
    expect(() => system.register(processName('third'), dead)).toThrow(/not alive/);
    expect(() => system.register(processName(''), other)).toThrow(/not empty/);
  });

  test('is undone by unregister, which refuses a name that nobody has', async () => {
    await using kit = createTestSystem();
    const pid = kit.system.spawn(idle);
    kit.system.register(name as never, pid);
    kit.system.unregister(name as never);
    expect(kit.system.whereis(name)).toBeUndefined();
    expect(() => kit.system.unregister(name as never)).toThrow(ArgumentError);
    kit.system.register(processName('again'), pid);
  });
});

describe('a start under a name', () => {
  test('that is taken starts nothing and says who has it', async () => {
    await using kit = createTestSystem();
    const first = await kit.startSupervised(nothing, undefined, { name });
    const before = kit.system.processCount;
    expect(await kit.system.start(nothing, undefined, { name })).toEqual({
      ok: false,
      kind: 'already_started',
      pid: first,
    });
    expect(kit.system.processCount).toBe(before);
  });

  test('whose init fails gives the name back', async () => {
    await using kit = createTestSystem();
    const failing = defineGenServer<{ readonly info: unknown }, null>({
      init: () => {
        throw new Error('no');
      },
    });
    expect((await kit.system.start(failing, undefined, { name })).ok).toBe(false);
    await kit.startSupervised(nothing, undefined, { name });
  });
});

describe('a message for a name that nobody has', () => {
  test('is a mistake of who sends it', async () => {
    await using kit = createTestSystem();
    expect(() => kit.system.send(name, 'hello')).toThrow('send: nobody is registered as "clerk"');
  });

  test('does no harm as a cast, and as a message that a timer sends', async () => {
    await using kit = createTestSystem();
    kit.system.cast(processName<{ readonly cast: { readonly type: 'x' } }>('nobody'), { type: 'x' });
    const pid = kit.system.spawn(async (ctx) => {
      ctx.sendAfter(name, 'hello', 10);
      await ctx.sleep(20);
    });
    await kit.clock.advance(20);
    await assertDown(pid, 'normal');
  });
});

test('a process that a signal ends has its name until its turn comes, as in OTP', async () => {
  await using kit = createTestSystem();
  const name = processName('kept');
  const [holder, other] = [kit.system.spawn(idle), kit.system.spawn(idle)];
  kit.system.register(name, holder);
  kit.system.exit(holder, 'kill');
  expect(kit.system.isAlive(holder)).toBe(false);
  expect(kit.system.whereis(name)).toBe(holder);
  expect(() => kit.system.register(name, other)).toThrow(ArgumentError);
  await kit.system.settled();
  expect(kit.system.whereis(name)).toBeUndefined();
  kit.system.register(name, other);
});
