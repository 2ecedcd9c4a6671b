import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  Agent,
  type AgentProtocol,
  childSpec,
  defineAgent,
  processName,
  startAgent,
  startSupervisor,
} from '../../src/index.js';
import { createTestSystem, type TestSystem } from '../../src/testing/index.js';

let kit: TestSystem;
beforeEach(() => {
  kit = createTestSystem();
});
afterEach(() => kit.close());

const agent = async <State>(init: () => State | Promise<State>) => {
  const started = await startAgent(init, { system: kit.system });
  if (!started.ok) throw new Error(started.kind);
  return started.pid;
};

test('get, update and getAndUpdate see each other', async () => {
  const pid = await agent(() => 1);
  expect(await Agent.get(pid, (n) => n + 0.5)).toBe(1.5);
  expect(await Agent.update(pid, (n) => n + 1)).toBeUndefined();
  expect(await Agent.getAndUpdate(pid, (n) => [`was ${n}`, n * 10])).toBe('was 2');
  Agent.cast(pid, (n) => n + 1);
  expect(await Agent.get(pid, (n) => n)).toBe(21);
});

test('functions may be asynchronous; the next one waits for them', async () => {
  const pid = await agent(async () => ['init']);
  const first = Agent.update(pid, async (list) => {
    await kit.system.settled();
    return [...list, 'first'];
  });
  const second = Agent.getAndUpdate(pid, async (list) => [list.length, [...list, 'second']]);
  expect(await Promise.all([first, second])).toEqual([undefined, 2]);
  expect(await Agent.get(pid, (list) => list)).toEqual(['init', 'first', 'second']);
});

test('a function that throws crashes the agent, and its caller gets the reason', async () => {
  const pid = await agent(() => 1);
  const error = new Error('boom');
  const read = () => {
    throw error;
  };
  await expect(Agent.get(pid, read)).rejects.toMatchObject({ failure: { kind: 'crash', error } });
  expect(kit.system.isAlive(pid)).toBe(false);
});

test('getAndUpdate with something else than a pair ends the agent', async () => {
  const pid = await agent(() => 'state');
  const asked = Agent.getAndUpdate(pid, () => 'no pair' as never);
  await expect(asked).rejects.toMatchObject({ failure: { kind: 'bad_return_value', value: 'no pair' } });
  expect(kit.system.isAlive(pid)).toBe(false);
});

test('an init that throws is a failed start', async () => {
  const started = await startAgent(
    () => {
      throw new Error('no');
    },
    { system: kit.system },
  );
  expect(started).toMatchObject({ ok: false, kind: 'error', reason: { kind: 'crash' } });
});

test('stop ends it with the reason asked for', async () => {
  const pid = await agent(() => 1);
  await Agent.stop(pid, 'shutdown', 1000, kit.system);
  expect(await kit.system.exited(pid)).toBe('shutdown');
  await expect(Agent.get(pid, (n) => n)).rejects.toMatchObject({ failure: 'noproc' });
});

test('a supervised agent starts afresh after a crash', async () => {
  const name = processName<AgentProtocol<number>>('count');
  const count = defineAgent({ name: 'count', init: (first: number) => first });
  await startSupervisor([childSpec(count, 5, { name })], { system: kit.system });
  await Agent.update(name, (n) => n + 1, 1000, kit.system);
  const pid = kit.system.whereis(name);
  if (pid === undefined) throw new Error('not there');
  kit.system.exit(pid, 'kill');
  await kit.system.settled();
  expect(await Agent.get(name, (n) => n, 1000, kit.system)).toBe(5);
});
