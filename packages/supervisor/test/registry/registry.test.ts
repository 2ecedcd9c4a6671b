import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  anything,
  defineRegistry,
  NoRecipientError,
  OptionError,
  registryNamed,
  variable,
} from '../../src/index.js';
import { createTestSystem, type TestSystem } from '../../src/testing/index.js';
import { actor, actors } from './actor.js';

let test_: TestSystem;
beforeEach(() => {
  test_ = createTestSystem();
});
afterEach(() => test_.close());

const unique = async <Value = number>(options: { partitions?: number; listeners?: string[] } = {}) => {
  const { system } = test_;
  const registry = defineRegistry<unknown, Value>({ name: 'reg', keys: 'unique', system, ...options });
  const started = await system.start(registry, undefined);
  if (!started.ok) throw new Error(started.kind);
  return { registry, pid: started.pid, system };
};

const duplicate = async <Value = number>(options: { partitions?: number; listeners?: string[] } = {}) => {
  const { system } = test_;
  const registry = defineRegistry<unknown, Value>({ name: 'reg', keys: 'duplicate', system, ...options });
  const started = await system.start(registry, undefined);
  if (!started.ok) throw new Error(started.kind);
  return { registry, pid: started.pid, system };
};

const found = (entries: readonly { pid: unknown; value: unknown }[]) =>
  entries.map(({ pid, value }) => [pid, value]);

describe('unique keys', () => {
  test('a key belongs to the first who registers it', async () => {
    const { registry, system } = await unique();
    const [a, b] = await actors(system);
    expect(registry.register(a, 'k', 1)).toMatchObject({ ok: true });
    expect(registry.register(b, 'k', 2)).toEqual({ ok: false, kind: 'already_registered', pid: a.self });
    expect(registry.register(a, 'k', 3)).toEqual({ ok: false, kind: 'already_registered', pid: a.self });
    expect(found(registry.lookup('k'))).toEqual([[a.self, 1]]);
    expect(registry.keys(a.self)).toEqual(['k']);
    expect(registry.keys(b.self)).toEqual([]);
    expect(registry.count()).toBe(1);
  });

  test('keys are the same by value, not by identity', async () => {
    const { registry, system } = await unique();
    const [a, b] = await actors(system);
    registry.register(a, { room: ['x', 1] }, 1);
    expect(registry.register(b, { room: ['x', 1] }, 2).ok).toBe(false);
    expect(registry.register(b, { room: ['x', '1'] }, 2).ok).toBe(true);
    registry.unregister(a, { room: ['x', 1] });
    expect(registry.count()).toBe(1);
  });

  test('only the owner can unregister, and any number of times', async () => {
    const { registry, system } = await unique();
    const [a, b] = await actors(system);
    registry.register(a, 'k', 1);
    registry.unregister(b, 'k');
    expect(registry.count()).toBe(1);
    registry.unregister(a, 'k');
    registry.unregister(a, 'k');
    expect(registry.count()).toBe(0);
    expect(registry.register(b, 'k', 2).ok).toBe(true);
  });

  test('updateValue is for the owner of the key', async () => {
    const { registry, system } = await unique();
    const [a, b] = await actors(system);
    registry.register(a, 'k', 10);
    expect(registry.updateValue(a, 'k', (n) => n + 1)).toEqual({ ok: true, value: 11, previous: 10 });
    expect(registry.updateValue(b, 'k', (n) => n + 1)).toEqual({ ok: false, kind: 'not_registered' });
    expect(registry.updateValue(a, 'none', (n) => n)).toEqual({ ok: false, kind: 'not_registered' });
    expect(registry.values('k', a.self)).toEqual([11]);
    system.exit(a.self, 'kill');
    await system.settled();
    expect(registry.count()).toBe(0);
  });
});

describe('duplicate keys', () => {
  test('a key has the entries of many, and several of one', async () => {
    const { registry, system } = await duplicate();
    const [a, b] = await actors(system);
    registry.register(a, 'k', 1);
    registry.register(a, 'k', 2);
    registry.register(b, 'k', 3);
    expect(found(registry.lookup('k'))).toEqual([
      [a.self, 1],
      [a.self, 2],
      [b.self, 3],
    ]);
    expect(registry.keys(a.self)).toEqual(['k', 'k']);
    expect(registry.values('k', a.self)).toEqual([1, 2]);
    registry.unregister(a, 'k');
    expect(found(registry.lookup('k'))).toEqual([[b.self, 3]]);
    expect(registry.count()).toBe(1);
  });

  test('dispatch hands over all entries, and is silent where there are none', async () => {
    const { registry, system } = await duplicate();
    const [a, b] = await actors(system);
    registry.register(a, 'k', 1);
    registry.register(b, 'k', 2);
    const calls: unknown[] = [];
    registry.dispatch('none', (entries) => calls.push(entries));
    registry.dispatch('k', (entries) => calls.push(found(entries)));
    expect(calls).toEqual([
      [
        [a.self, 1],
        [b.self, 2],
      ],
    ]);
  });

  test('unregisterMatch removes the entries of the caller that fit', async () => {
    const { registry, system } = await duplicate<readonly [number, string]>();
    const [a, b] = await actors(system);
    registry.register(a, 'k', [1, 'a']);
    registry.register(a, 'k', [2, 'a']);
    registry.register(b, 'k', [1, 'a']);
    registry.unregisterMatch(a, 'k', [1, anything]);
    expect(found(registry.lookup('k'))).toEqual([
      [a.self, [2, 'a']],
      [b.self, [1, 'a']],
    ]);
    registry.unregisterMatch(a, 'k', anything);
    expect(registry.keys(a.self)).toEqual([]);
    expect(registry.count()).toBe(1);
  });
});

describe('match and select', () => {
  const filled = async () => {
    const made = await duplicate<{ score: number; team: string }>();
    const [a, b] = await actors(made.system);
    made.registry.register(a, 'k', { score: 1, team: 'x' });
    made.registry.register(b, 'k', { score: 2, team: 'x' });
    made.registry.register(b, 'j', { score: 3, team: 'y' });
    return { ...made, a, b };
  };

  test('match looks at the values of one key, by pattern, guards or function', async () => {
    const { registry, a, b } = await filled();
    const pids = (entries: readonly { pid: unknown }[]) => entries.map((entry) => entry.pid);
    expect(pids(registry.match('k', { team: 'x' }))).toEqual([a.self, b.self]);
    expect(pids(registry.match('k', { score: variable('s') }, [['>', variable('s'), 1]]))).toEqual([b.self]);
    expect(pids(registry.match('k', ({ score }) => score === 1))).toEqual([a.self]);
    expect(registry.match('none', anything)).toEqual([]);
    expect(registry.countMatch('k', { team: 'y' })).toBe(0);
    expect(registry.countMatch('k', { team: 'x' })).toBe(2);
  });

  test('select looks at all keys, pids and values', async () => {
    const { registry, b } = await filled();
    const high = registry.select({ value: { score: variable(1) } }, [['>=', variable(1), 2]]);
    expect(high.map(({ key }) => key).sort()).toEqual(['j', 'k']);
    expect(registry.countSelect({ pid: b.self, key: 'j' })).toBe(1);
    expect(registry.countSelect(({ key, value }) => key === 'k' && value.score < 2)).toBe(1);
    expect(registry.countSelect(anything)).toBe(3);
  });

  test('a guard that can not be right throws instead of matching nothing', async () => {
    const { registry } = await filled();
    expect(() => registry.match('k', anything, [['>', variable(1), 1]])).toThrow('no variable');
    expect(() => registry.match('k', variable(1), [['bogus', 1] as never])).toThrow('unknown operator');
    expect(() => registry.match('k', variable(1), [['>', variable(1)]])).toThrow('2 operand');
    expect(() => registry.match('k', () => true, [['>', 1, 1]])).toThrow('guards go with a pattern');
  });
});

describe('owners', () => {
  test.each([1, 4])(
    'an owner takes its entries with it before its DOWN is seen (%i partitions)',
    async (partitions) => {
      const { registry, system } = await duplicate({ partitions });
      const [a, b] = await actors(system);
      registry.register(a, 'k', 1);
      registry.register(a, 'j', 1);
      registry.register(b, 'k', 2);
      const seen = new Promise((resolve) => {
        system.spawn(async (ctx) => {
          ctx.monitor(a.self);
          system.exit(a.self, 'kill');
          await ctx.receive();
          resolve([registry.count(), found(registry.lookup('k')), registry.keys(a.self)]);
        });
      });
      expect(await seen).toEqual([1, [[b.self, 2]], []]);
    },
  );

  test('whoever hears of the end first already finds the name free', async () => {
    const { registry, system } = await unique();
    const [a, b] = await actors(system);
    const ended = system.exited(a.self).then(() => registry.register(b, 'k', 2).ok);
    registry.register(a, 'k', 1);
    let within: unknown;
    a.signal.addEventListener('abort', () => {
      within = registry.whereis('k');
    });
    system.exit(a.self, 'kill');
    expect(within).toBeUndefined();
    expect(await ended).toBe(true);
  });

  test('nothing of an owner is left behind when it unregisters', async () => {
    const { registry, system, pid } = await unique();
    const [a] = await actors(system);
    registry.register(a, 'k', 1);
    registry.unregister(a, 'k');
    await system.stop(pid);
    await system.settled();
    expect(system.isAlive(a.self)).toBe(true);
  });

  test('a process that has ended can not register', async () => {
    const { registry, system } = await unique();
    const [a] = await actors(system);
    system.exit(a.self, 'boom');
    expect(() => registry.register(a, 'k', 1)).toThrow('boom');
    expect(registry.count()).toBe(0);
  });
});

describe('the registry as a process', () => {
  test('owners end with it, unless they trap exits', async () => {
    const { registry, system, pid } = await unique();
    const [plain, trapping] = [await actor(system), await actor(system, { trap: true })];
    const other = await actor(system);
    registry.register(plain, 'k', 1);
    registry.register(trapping, 'j', 1);
    await system.stop(pid);
    await system.settled();
    expect([plain, trapping, other].map((ctx) => system.isAlive(ctx.self))).toEqual([false, true, true]);
    expect(await system.exited(plain.self)).toBe('shutdown');
    expect(() => registry.lookup('k')).toThrow('unknown registry: "reg"');
  });

  test('a second of the same name is already_started', async () => {
    const { registry, system, pid } = await unique();
    expect(await system.start(registry, undefined)).toEqual({ ok: false, kind: 'already_started', pid });
  });

  test('with unique keys the end of one partition restarts all: every entry is gone', async () => {
    const { registry, system } = await unique({ partitions: 2 });
    const [a, b] = await Promise.all([actor(system, { trap: true }), actor(system, { trap: true })]);
    const first = registry.register(a, 'a', 1);
    registry.register(b, 'b', 1);
    if (!first.ok) throw new Error(first.kind);
    system.exit(first.partition, 'kill');
    await system.settled();
    expect(registry.count()).toBe(0);
    expect(registry.register(a, 'a', 2).ok).toBe(true);
  });

  test('with duplicate keys only the entries of its own owners', async () => {
    const { registry, system } = await duplicate({ partitions: 2 });
    const [a, b] = await Promise.all([actor(system, { trap: true }), actor(system, { trap: true })]);
    const first = registry.register(a, 'a', 1);
    registry.register(b, 'b', 1);
    system.exit(first.partition, 'kill');
    await system.settled();
    expect(registry.keys(a.self)).toEqual([]);
    expect(registry.keys(b.self)).toEqual(['b']);
  });

  test('after three restarts in five seconds it gives up with shutdown', async () => {
    const { registry, system, pid } = await duplicate();
    const a = await actor(system, { trap: true });
    for (let restarts = 0; restarts < 4; restarts++) {
      const { partition } = registry.register(a, 'a', 1);
      system.exit(partition, 'kill');
      expect(system.isAlive(pid)).toBe(true);
      await system.settled();
    }
    expect(await system.exited(pid)).toBe('shutdown');
  });
});

test('listeners hear of registrations, and of what owners give up, but not of their ends', async () => {
  const { system } = test_;
  const heard: unknown[] = [];
  const ear = system.spawn(async (ctx) => {
    for (;;) heard.push(await ctx.receive());
  });
  system.register({ name: 'ear' }, ear);
  const { registry } = await unique({ listeners: ['ear'] });
  const [a, b] = await actors(system);
  registry.register(a, 'k', 1);
  registry.register(b, 'k', 2);
  registry.unregister(a, 'k');
  registry.register(a, 'j', 3);
  system.exit(a.self, 'kill');
  await system.settled();
  expect(heard).toEqual([
    { type: 'register', registry: 'reg', key: 'k', pid: a.self, value: 1 },
    { type: 'unregister', registry: 'reg', key: 'k', pid: a.self },
    { type: 'register', registry: 'reg', key: 'j', pid: a.self, value: 3 },
  ]);
});

test('without its listener a change is made, and whoever makes it is told', async () => {
  const { registry, system } = await unique({ listeners: ['nobody'] });
  const [a] = await actors(system);
  expect(() => registry.register(a, 'k', 1)).toThrow(NoRecipientError);
  expect(registry.keys(a.self)).toEqual(['k']);
  expect(() => registry.unregister(a, 'k')).toThrow('nobody is registered as "nobody"');
  expect(registry.count()).toBe(0);
});

test('metadata comes and goes with put and delete', async () => {
  const { system } = test_;
  const registry = defineRegistry<string, undefined, unknown, { conf: string; limit: number }>({
    name: 'reg',
    keys: 'unique',
    meta: { limit: 5 },
    system,
  });
  await system.start(registry, undefined);
  expect([registry.meta('limit'), registry.meta('conf'), registry.hasMeta('conf')]).toEqual([
    5,
    undefined,
    false,
  ]);
  registry.putMeta('conf', 'v1');
  expect(registry.meta('conf')).toBe('v1');
  registry.deleteMeta('conf');
  registry.deleteMeta('conf');
  expect(registry.hasMeta('conf')).toBe(false);
});

describe('wrong use', () => {
  test.each([
    ['name', { name: '', keys: 'unique' }],
    ['keys', { name: 'x', keys: 'many' }],
    ['partitions', { name: 'x', keys: 'unique', partitions: 0 }],
    ['listeners', { name: 'x', keys: 'unique', listeners: 'ear' }],
  ])('a bad option names itself: %s', (option, options) => {
    expect(() => defineRegistry(options as never)).toThrow(OptionError);
    expect(() => defineRegistry(options as never)).toThrow(new RegExp(`^${option}: expected`));
  });

  test('a registry that nobody has started is unknown', async () => {
    const ghost = registryNamed('ghost', test_.system);
    const a = await actor(test_.system);
    expect(() => ghost.lookup('k')).toThrow('unknown registry');
    expect(() => ghost.keys(a.self)).toThrow('unknown registry');
    expect(() => ghost.register(a, 'k', 1)).toThrow('unknown registry');
    expect(() => ghost.unregister(a, 'k')).toThrow('unknown registry');
  });

  test('via names and updateValue need unique keys', async () => {
    const { system } = await duplicate();
    const named = registryNamed('reg', system);
    const a = await actor(system);
    expect(() => named.updateValue(a, 'k', (x) => x)).toThrow('duplicate keys');
    expect(() => named.whereis('k')).toThrow('duplicate keys');
    expect(() => named.updateValue(a, 'k', (x) => x)).toThrow('duplicate keys');
  });
});
