import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type AnyPid,
  type Context,
  childSpec,
  DynamicSupervisor,
  dynamicSupervisor,
  type ObservedTree,
  observer,
  processName,
  Supervisor,
  type SupervisorProtocol,
  startDynamicSupervisor,
  startSupervisor,
  supervisor,
} from '../src/index.js';
import { createTestSystem, type TestSystem } from '../src/testing/index.js';
import { pidOf, workersWith } from './supervision/workers.js';

let world: TestSystem;
let spec: ReturnType<typeof workersWith>;
beforeEach(() => {
  world = createTestSystem();
  spec = workersWith([]);
});
afterEach(() => world.close());

/** The tree as nested lists of labels. */
const shape = (trees: readonly ObservedTree[]): unknown[] =>
  trees.map(({ label, childId, status, children }) => {
    const self = `${label ?? '-'} ${childId === undefined ? '' : String(childId)} ${status}`.replace(
      / +/g,
      ' ',
    );
    return children.length === 0 ? self : [self, ...shape(children)];
  });

test('the tree shows supervisors with their children in start order, and what else there is at the top', async () => {
  const { system, clock } = world;
  const inner = supervisor([spec('b'), spec('c')], { name: 'inner' });
  pidOf(await startSupervisor([spec('a'), childSpec(inner, undefined)], { system }));
  system.spawn(async (ctx) => {
    ctx.spawn((child) => child.receive());
    await ctx.receive();
  });
  await clock.settled();
  expect(shape(observer.tree({ system }))).toEqual([
    [
      'supervisor waiting',
      'worker a waiting',
      ['inner inner waiting', 'worker b waiting', 'worker c waiting'],
    ],
    ['function waiting', 'function waiting'],
  ]);
});

test('a supervisor is called by its label where it is started with one', async () => {
  const { system } = world;
  pidOf(await startSupervisor([], { system, label: 'top' }));
  pidOf(await startDynamicSupervisor({ system, label: 'sessions' }));
  expect(shape(observer.tree({ system }))).toEqual(['top waiting', 'sessions waiting']);
});

test('the tree shows children that have no process', async () => {
  const { system, clock } = world;
  const sup = pidOf(await startSupervisor([spec('a'), spec('b')], { system, backoff: {} }));
  await Supervisor.terminateChild(sup, 'a');
  system.exit(pidOf(await Supervisor.startChild(sup, spec('c'))), 'kill');
  await clock.settled();
  expect(shape(observer.tree({ system }))).toEqual([
    ['supervisor waiting', '- a stopped', 'worker b waiting', '- c restarting'],
  ]);
});

test('a process is described by name, mailbox, links, restarts and owner', async () => {
  const { system, clock } = world;
  const name = processName<SupervisorProtocol>('sup');
  const sup = pidOf(await startSupervisor([spec('a')], { system, name }));
  const children = await Supervisor.whichChildren(sup);
  system.exit(children[0]?.pid as AnyPid, 'kill');
  await clock.settled();
  const [a] = [...observer.children(sup)];
  expect(a).toMatchObject({
    kind: 'gen_server',
    childId: 'a',
    restarts: 1,
    links: 1,
    owner: sup,
    mailbox: 0,
  });
  expect(observer.process(a?.pid as AnyPid)).toEqual(a);
  expect(observer.process(sup)).toMatchObject({
    name: 'sup',
    kind: 'supervisor',
    childId: undefined,
    links: 1,
  });
  expect(observer.process(children[0]?.pid as AnyPid)).toBeUndefined();
});

test('a process that hangs in a callback is shown with its mailbox', async () => {
  const { system } = world;
  const hanging = pidOf(
    await startSupervisor([spec('a', { args: { terminate: () => new Promise(() => undefined) } })], {
      system,
    }),
  );
  const [a] = [...observer.children(hanging)];
  system.cast(a?.pid as never, { type: 'end', reason: 'x' } as never);
  await system.settled();
  system.send(a?.pid as never, 'one' as never);
  expect(observer.process(a?.pid as AnyPid)).toMatchObject({ status: 'running', mailbox: 1 });
});

describe('many children', () => {
  const many = async (count: number) => {
    const sup = pidOf(await startDynamicSupervisor({ system: world.system }));
    for (let n = 0; n < count; n++) await DynamicSupervisor.startChild(sup, spec(`${n}`));
    return sup;
  };

  test('are cut at maxChildren, and the rest is counted', async () => {
    await many(10);
    const [exactly] = observer.tree({ system: world.system, maxChildren: 10 });
    expect([exactly?.children.length, exactly?.omitted]).toEqual([10, 0]);
    const [cut] = observer.tree({ system: world.system, maxChildren: 9 });
    expect([cut?.children.length, cut?.omitted]).toEqual([9, 1]);
  });

  test('can be paged through while they come and go', async () => {
    const sup = await many(4);
    const pages = observer.children(sup);
    const first = [pages.next().value, pages.next().value];
    await DynamicSupervisor.terminateChild(sup, first[0]?.pid as AnyPid);
    await DynamicSupervisor.startChild(sup, spec('4'));
    expect([...first, ...pages].map((one) => one?.childId)).toEqual(['0', '1', '2', '3', '4']);
  });
});

test('a child that somebody else has started is under its supervisor all the same', async () => {
  const { system, clock } = world;
  const outside = pidOf(await system.start(dynamicSupervisor({ name: 'outside' }), undefined));
  await startSupervisor([{ id: 'adopted', start: () => ({ ok: true, pid: outside }) }], { system });
  await clock.settled();
  expect(shape(observer.tree({ system }))).toEqual([['supervisor waiting', 'outside adopted waiting']]);
});

test('the children of what is no supervisor are none', () => {
  expect([...observer.children(world.system.spawn((ctx) => ctx.receive()))]).toEqual([]);
});

test('a deep chain of processes that started one another is a deep tree', async () => {
  const { system, clock } = world;
  const depth = 20_000;
  const body = (left: number) => (ctx: Context) => {
    if (left > 0) ctx.spawn(body(left - 1));
    return ctx.receive();
  };
  system.spawn(body(depth - 1));
  await clock.settled();
  let level = observer.tree({ system });
  let found = 0;
  for (; level.length > 0; level = level[0]?.children ?? []) found++;
  expect(found).toBe(depth);
});
