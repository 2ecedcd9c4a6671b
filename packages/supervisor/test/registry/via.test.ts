import { expect, test } from '@jest/globals';
import {
  type Call,
  defineGenServer,
  defineRegistry,
  noreply,
  ok,
  registryNamed,
  reply,
} from '../../src/index.js';
import { createTestSystem } from '../../src/testing/index.js';
import { actor } from './actor.js';

type Counter = { call: Call<{ type: 'get' }, number>; cast: { type: 'add'; by: number }; info: string };
const counter = defineGenServer<Counter, number, number>({
  init: (first) => ok(first),
  call: { get: (_request, count) => reply(count, count) },
  cast: { add: ({ by }, count) => noreply(count + by) },
  info: (_message, count) => noreply(count + 100),
});

const setUp = async () => {
  const { system, close } = createTestSystem();
  const registry = defineRegistry<string, string | undefined, Counter>({
    name: 'reg',
    keys: 'unique',
    system,
  });
  await system.start(registry, undefined);
  return { system, registry, close };
};

test('a via name names a server wherever a name can', async () => {
  const { system, registry, close } = await setUp();
  const name = registry.via('srv');
  const started = await system.start(counter, 1, { name });
  if (!started.ok) throw new Error(started.kind);
  expect(await system.start(counter, 1, { name })).toEqual({
    ok: false,
    kind: 'already_started',
    pid: started.pid,
  });
  expect(registry.whereis('srv')).toBe(started.pid);
  system.cast(name, { type: 'add', by: 2 });
  system.send(name, 'hello');
  expect(await system.call(name, { type: 'get' })).toBe(103);
  expect(registry.lookup('srv')).toMatchObject([{ pid: started.pid, value: undefined }]);
  await system.stop(name);
  expect(registry.whereis('srv')).toBeUndefined();
  await expect(system.call(name, { type: 'get' })).rejects.toMatchObject({ failure: 'noproc' });
  system.cast(name, { type: 'add', by: 2 });
  expect(() => system.send(name, 'hello')).toThrow('nobody is registered');
  expect(await system.start(counter, 1, { name })).toMatchObject({ ok: true });
  await close();
});

test('a via name with a value registers the server with it', async () => {
  const { system, registry, close } = await setUp();
  await system.start(counter, 1, { name: registry.via('srv', 'blue') });
  expect(registry.lookup('srv')).toMatchObject([{ value: 'blue' }]);
  expect(await system.start(counter, 1, { name: registry.via('srv', 'red') })).toMatchObject({ ok: false });
  expect(registry.lookup('srv')).toMatchObject([{ value: 'blue' }]);
  await close();
});

test('a server whose init fails leaves its name free', async () => {
  const { system, registry, close } = await setUp();
  const failing = defineGenServer<Counter, number, number>({
    init: () => {
      throw new Error('no');
    },
    call: { get: (_request, count) => reply(count, count) },
    cast: { add: ({ by }, count) => noreply(count + by) },
  });
  expect(await system.start(failing, 1, { name: registry.via('srv') })).toMatchObject({ kind: 'error' });
  expect(registry.count()).toBe(0);
  await close();
});

test('a process that registered itself is found under a via name', async () => {
  const { system, close } = await setUp();
  const registry = registryNamed('reg', system);
  const ctx = await actor(system);
  registry.register(ctx, 'k', 1);
  expect(await system.start(counter, 1, { name: registry.via('k') as never })).toEqual({
    ok: false,
    kind: 'already_started',
    pid: ctx.self,
  });
  await close();
});

test('a via name of an unknown registry, or of one with duplicate keys, is misuse and starts nothing', async () => {
  const { system, close } = await setUp();
  const topics = defineRegistry({ name: 'topics', keys: 'duplicate', system });
  await system.start(topics, undefined);
  const before = system.processCount;
  for (const name of ['ghost', 'topics']) {
    const via = registryNamed<string, unknown, Counter>(name, system).via('k');
    await expect(system.start(counter, 1, { name: via })).rejects.toThrow(/registry/);
    await expect((async () => system.call(via, { type: 'get' }))()).rejects.toThrow(/registry/);
    await expect((async () => system.stop(via))()).rejects.toThrow(/registry/);
    // As in OTP, a cast never fails.
    system.cast(via, { type: 'add', by: 1 });
  }
  expect(system.processCount).toBe(before);
  await close();
});

test('a server whose registration fails is a failed start, and leaves no process', async () => {
  const { system, close } = await setUp();
  const deaf = defineRegistry<string, undefined, Counter>({
    name: 'deaf',
    keys: 'unique',
    listeners: ['nobody'],
    system,
  });
  await system.start(deaf, undefined);
  const before = system.processCount;
  const started = await system.start(counter, 1, { name: deaf.via('k') });
  expect(started).toMatchObject({
    ok: false,
    kind: 'error',
    reason: { kind: 'crash', error: { name: 'NoRecipientError' } },
  });
  expect([system.processCount, deaf.count()]).toEqual([before, 0]);
  await close();
});
