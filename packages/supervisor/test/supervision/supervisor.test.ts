import { afterEach, expect, test } from '@jest/globals';
import {
  type Call,
  childSpec,
  createSystem,
  defineGenServer,
  ok,
  reply,
  Supervisor,
  type System,
  silentLogger,
  startSupervisor,
  stop,
} from '../../src/index.js';

type Worker = { call: Call<{ type: 'get' }, number>; cast: { type: 'end'; reason: string } };
const worker = defineGenServer<Worker, number, number>({
  name: 'worker',
  init: (n) => ok(n),
  call: { get: (_m, n) => reply(n, n) },
  cast: { end: ({ reason }, n) => stop(reason, n) },
});
let system: System = createSystem({ logger: silentLogger });
afterEach(() => {
  system.close();
  system = createSystem({ logger: silentLogger });
});

test('smoke', async () => {
  const s = await startSupervisor([childSpec(worker, 1, { id: 'a' }), childSpec(worker, 2, { id: 'b' })], {
    system,
  });
  if (!s.ok) throw new Error('no');
  const before = await Supervisor.whichChildren(s.pid);
  expect(before.map((c) => [c.id, c.status])).toEqual([
    ['b', 'running'],
    ['a', 'running'],
  ]);
  system.exit(before[1]!.pid!, 'boom');
  const after = await Supervisor.whichChildren(s.pid);
  expect(after[1]!.pid).not.toBe(before[1]!.pid);
  expect(after[1]!.status).toBe('running');
  await system.stop(s.pid);
  expect(system.processCount).toBe(0);
});
