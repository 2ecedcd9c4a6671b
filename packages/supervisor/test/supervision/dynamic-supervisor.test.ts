import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type ChildSpec,
  childSpec,
  DynamicSupervisor,
  type DynamicSupervisorOptions,
  type DynamicSupervisorProtocol,
  defineDynamicSupervisor,
  describeSupervisionFailure,
  type ExitReason,
  ignore,
  type Pid,
  startDynamicSupervisor,
  subscribe,
  superviseDynamic,
  supervisor,
  type TelemetryEvent,
} from '../../src/index.js';
import { assertDown, createTestSystem, type TestSystem } from '../../src/testing/index.js';
import { pidOf, startsInTurn, workersWith } from './workers.js';

let world: TestSystem;
let log: string[];
let spec: ReturnType<typeof workersWith>;
beforeEach(() => {
  world = createTestSystem();
  log = [];
  spec = workersWith(log);
});
afterEach(() => world.close());

type Sup = Pid<DynamicSupervisorProtocol>;

const started = async (options: DynamicSupervisorOptions = {}): Promise<Sup> =>
  pidOf(await startDynamicSupervisor({ system: world.system, ...options }));

const add = async (sup: Sup, one: ChildSpec): Promise<Pid> =>
  pidOf(await DynamicSupervisor.startChild(sup, one));

const pids = async (sup: Sup) => (await DynamicSupervisor.whichChildren(sup)).map(({ pid }) => pid);

const crash = async (pid: Pid, reason: ExitReason = 'kill') => {
  world.system.exit(pid, reason);
  await world.clock.settled();
};

describe('startChild', () => {
  test('gives the pid and what the start function adds', async () => {
    const sup = await started();
    expect(await DynamicSupervisor.startChild(sup, spec('a'))).toMatchObject({ ok: true });
    const informing: ChildSpec = {
      ...spec('b'),
      start: async (ctx) => ({ ...((await spec('b').start(ctx)) as { ok: true; pid: Pid }), info: 'hello' }),
    };
    expect(await DynamicSupervisor.startChild(sup, informing)).toMatchObject({ ok: true, info: 'hello' });
    expect(await DynamicSupervisor.countChildren(sup)).toEqual({
      specs: 2,
      active: 2,
      supervisors: 0,
      workers: 2,
    });
  });

  test.each([
    ['ignore', 'ignore', { ok: false, kind: 'ignore' }],
    ['its error', 'nope', { ok: false, kind: 'error', reason: 'nope' }],
    [
      'what it threw',
      new Error('bug'),
      { ok: false, kind: 'error', reason: { kind: 'crash', error: new Error('bug') } },
    ],
  ])('gives %s, and keeps nothing, not even of a permanent child', async (_what, turn, result) => {
    const sup = await started();
    expect(await DynamicSupervisor.startChild(sup, startsInTurn(spec('a'), [turn]))).toEqual(result);
    expect(await DynamicSupervisor.countChildren(sup)).toEqual({
      specs: 0,
      active: 0,
      supervisors: 0,
      workers: 0,
    });
  });

  test('refuses one child more than maxChildren, those being restarted included', async () => {
    const sup = await started({ maxChildren: 1, backoff: { initialMs: 100 } });
    const a = await add(sup, spec('a'));
    const full = { ok: false, kind: 'max_children' };
    expect(await DynamicSupervisor.startChild(sup, spec('b'))).toEqual(full);
    await crash(a);
    expect(await DynamicSupervisor.startChild(sup, spec('b'))).toEqual(full);
    await DynamicSupervisor.terminateChild(sup, a);
    expect(await DynamicSupervisor.startChild(sup, spec('b'))).toMatchObject({ ok: true });
    expect(await DynamicSupervisor.startChild(await started({ maxChildren: 0 }), spec('a'))).toEqual(full);
  });

  test('refuses a wrong spec without asking the supervisor', async () => {
    const sup = await started();
    await world.system.stop(sup);
    expect(await DynamicSupervisor.startChild(sup, { id: 'a' } as never)).toEqual({
      ok: false,
      kind: 'invalid_child_spec',
      failure: { kind: 'invalid_child_spec', value: { id: 'a' } },
    });
    await expect(DynamicSupervisor.startChild(sup, spec('a'))).rejects.toMatchObject({ failure: 'noproc' });
  });

  test('hands extraArguments to the start function, at every start', async () => {
    const sup = await started({ extraArguments: ['x', 1] });
    const seen: unknown[] = [];
    const pid = await add(sup, {
      id: 'a',
      start: (ctx, ...extra: unknown[]) => {
        seen.push(extra);
        return spec('a').start(ctx);
      },
    });
    await crash(pid);
    expect(seen).toEqual([
      ['x', 1],
      ['x', 1],
    ]);
  });

  test('lets nobody else in while an asynchronous start is under way', async () => {
    const sup = await started();
    const slow: ChildSpec = {
      ...spec('a'),
      start: async (ctx) => {
        await ctx.sleep(100);
        return spec('a').start(ctx);
      },
    };
    const starting = DynamicSupervisor.startChild(sup, slow);
    const counting = DynamicSupervisor.countChildren(sup);
    await world.clock.advance(100);
    expect(await counting).toMatchObject({ specs: 1 });
    expect(await starting).toMatchObject({ ok: true });
  });
});

describe('options', () => {
  test.each<[DynamicSupervisorOptions, object, string]>([
    [{ strategy: 'one_for_all' as never }, { kind: 'invalid_strategy', value: 'one_for_all' }, 'strategy'],
    [{ maxRestarts: 0.5 }, { kind: 'invalid_intensity', value: 0.5 }, 'maxRestarts'],
    [{ maxSeconds: 0 }, { kind: 'invalid_period', value: 0 }, 'maxSeconds'],
    [{ maxChildren: -1 }, { kind: 'invalid_max_children', value: -1 }, 'maxChildren'],
    [{ extraArguments: 1 as never }, { kind: 'invalid_extra_arguments', value: 1 }, 'extraArguments'],
  ])('%p are refused with %p', async (options, failure, option) => {
    expect(await startDynamicSupervisor({ system: world.system, ...options })).toEqual({
      ok: false,
      kind: 'error',
      reason: { kind: 'supervisor_data', failure },
    });
    expect(describeSupervisionFailure({ kind: 'supervisor_data', failure } as never)).toContain(
      `${option}: expected`,
    );
  });

  test('with a name that is none of them are refused, too', async () => {
    expect(await startDynamicSupervisor({ system: world.system, maxChild: 3 } as object)).toMatchObject({
      reason: { failure: { kind: 'unknown_option', option: 'maxChild' } },
    });
  });

  test('may come from init, which may decline', async () => {
    const sessions = defineDynamicSupervisor<number>({
      name: 'sessions',
      init: (most) => (most === 0 ? ignore() : superviseDynamic({ maxChildren: most })),
    });
    expect(await world.system.start(sessions, 0)).toEqual({ ok: false, kind: 'ignore' });
    const sup = pidOf(await world.system.start(sessions, 1));
    await add(sup, spec('a'));
    expect(await DynamicSupervisor.startChild(sup, spec('b'))).toEqual({ ok: false, kind: 'max_children' });
    const odd = defineDynamicSupervisor({ init: () => 'junk' as never });
    expect(await world.system.start(odd, undefined)).toMatchObject({
      reason: { kind: 'bad_return', value: 'junk' },
    });
  });
});

describe('a child that ends', () => {
  const rows = (['permanent', 'transient', 'temporary'] as const).flatMap((restart) =>
    (['normal', 'shutdown', 'boom', 'kill'] as const).map((reason) => [restart, reason] as const),
  );
  test.each(rows)('being %s, with %s', async (restart, reason) => {
    const sup = await started();
    const other = await add(sup, spec('other'));
    const pid = await add(sup, spec('a', { restart }));
    if (reason === 'kill') world.system.exit(pid, 'kill');
    else world.system.cast(pid as never, { type: 'end', reason } as never);
    await world.clock.settled();
    const again =
      restart === 'permanent' || (restart === 'transient' && reason !== 'normal' && reason !== 'shutdown');
    expect(await DynamicSupervisor.countChildren(sup)).toMatchObject({
      specs: again ? 2 : 1,
      active: again ? 2 : 1,
    });
    const now = await pids(sup);
    expect(now).toContain(other);
    expect(now).not.toContain(pid);
  });

  test('is forgotten when its restart says ignore', async () => {
    const sup = await started();
    await crash(await add(sup, startsInTurn(spec('a'), ['ok', 'ignore'])));
    expect(await pids(sup)).toEqual([]);
    expect(world.system.isAlive(sup)).toBe(true);
  });

  test('is tried again when its restart fails, at the cost of the budget that all children share', async () => {
    const sup = await started({ maxRestarts: 3 });
    await crash(await add(sup, startsInTurn(spec('a'), ['ok', 'nope', 'nope', 'ok'])));
    expect(await DynamicSupervisor.countChildren(sup)).toMatchObject({ active: 1 });
    await add(sup, spec('b'));
    const [, b] = await pids(sup);
    await crash(b as Pid);
    await assertDown(sup, 'shutdown');
    expect(world.system.processCount).toBe(0);
  });

  test('can be stopped, by the pid that it had, while it is being tried again', async () => {
    const sup = await started({ maxRestarts: 100 });
    let turn = 0;
    const pid = await add(sup, {
      id: 'a',
      start: async (ctx) => {
        if (turn++ === 0) return spec('a').start(ctx);
        await ctx.sleep(200);
        return { ok: false, kind: 'error', reason: 'nope' };
      },
    });
    await crash(pid);
    const which = DynamicSupervisor.whichChildren(sup);
    await world.clock.advance(200);
    expect(await which).toMatchObject([{ id: undefined, status: 'restarting', pid: undefined }]);
    const stopping = DynamicSupervisor.terminateChild(sup, pid);
    await world.clock.advance(200);
    expect(await stopping).toEqual({ ok: true });
    await world.clock.advance(1000);
    expect(turn).toBe(3);
    expect(await pids(sup)).toEqual([]);
  });

  test('waits for its restart where there is a backoff, and is told of in the event', async () => {
    const events: TelemetryEvent[] = [];
    const unsubscribe = subscribe((event) => events.push(event), ['restart']);
    const sup = await started({ backoff: { initialMs: 100 } });
    const pid = await add(sup, spec('a'));
    await crash(pid);
    unsubscribe();
    expect(events).toMatchObject([{ supervisor: sup, childId: 'a', reason: 'killed', restarts: 1 }]);
    await world.clock.advance(99);
    expect(await DynamicSupervisor.countChildren(sup)).toMatchObject({ specs: 1, active: 0, workers: 1 });
    await world.clock.advance(1);
    expect(await DynamicSupervisor.countChildren(sup)).toMatchObject({ specs: 1, active: 1 });
    expect(world.clock.pending).toBe(0);
  });
});

describe('terminateChild', () => {
  test.each([
    ['that traps exits', {}, ['terminate a shutdown'], 'shutdown'],
    ['that does not', { args: { trap: false } }, [], 'shutdown'],
    ['to be killed', { shutdown: 'brutal_kill' as const }, [], 'killed'],
  ])('stops a child %s', async (_what, options, lines, reason) => {
    const sup = await started();
    const pid = await add(sup, spec('a', options));
    expect(await DynamicSupervisor.terminateChild(sup, pid)).toEqual({ ok: true });
    await assertDown(pid, reason);
    expect(log).toEqual(['start a', ...lines]);
    expect(await DynamicSupervisor.terminateChild(sup, pid)).toEqual({ ok: false, kind: 'not_found' });
  });

  test('does not find what is no child', async () => {
    const sup = await started();
    const stranger = world.system.spawn((ctx) => ctx.receive());
    expect(await DynamicSupervisor.terminateChild(sup, stranger)).toEqual({ ok: false, kind: 'not_found' });
    expect(world.system.isAlive(stranger)).toBe(true);
  });

  test('takes a child that has ended meanwhile for stopped', async () => {
    const sup = await started();
    const pid = await add(sup, spec('a'));
    world.system.exit(pid, 'kill');
    const stopping = DynamicSupervisor.terminateChild(sup, pid);
    expect(await stopping).toEqual({ ok: true });
    expect(await DynamicSupervisor.countChildren(sup)).toMatchObject({ specs: 0, active: 0 });
  });
});

describe('the end of the supervisor', () => {
  const hangs = { args: { terminate: () => new Promise<void>(() => undefined) } };

  test('stops all children at once; those whose time is up are killed together', async () => {
    const sup = await started();
    await add(sup, spec('a', { ...hangs, shutdown: 300 }));
    await add(sup, spec('b', { ...hangs, shutdown: 100 }));
    await add(sup, spec('c', { ...hangs, shutdown: 300 }));
    await add(sup, spec('d', { shutdown: 'infinity' }));
    const left: number[] = [];
    const stopped = world.system.stop(sup);
    for (const ms of [0, 99, 1, 199, 1]) {
      await world.clock.advance(ms);
      left.push(world.system.processCount);
    }
    await stopped;
    expect(log.slice(4)).toEqual(['a', 'b', 'c', 'd'].map((id) => `terminate ${id} shutdown`));
    expect(left).toEqual([4, 4, 3, 3, 0]);
    expect(world.clock.pending).toBe(0);
  });

  test.each([1999, 2000, 2001, 6000])('of %p children lets timers and I/O have their turn', async (count) => {
    const sup = await started();
    for (let n = 0; n < count; n++) await add(sup, spec(`${n}`, { args: { trap: n % 1000 === 0 } }));
    let turns = 0;
    let counting = true;
    const turn = () => {
      turns++;
      if (counting) setImmediate(turn);
    };
    setImmediate(turn);
    await world.system.stop(sup);
    counting = false;
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.system.processCount).toBe(0);
    expect(turns).toBeGreaterThanOrEqual(Math.floor(count / 2000));
    expect(log.filter((line) => line.startsWith('terminate'))).toHaveLength(Math.ceil(count / 1000));
  });

  test('by a kill, while it stops very many, leaves the rest to their links', async () => {
    const sup = await started();
    for (let n = 0; n < 5000; n++) await add(sup, spec(`${n}`, { args: { trap: false } }));
    const stopping = world.system.stop(sup);
    await new Promise((resolve) => setImmediate(resolve));
    world.system.exit(sup, 'kill');
    await expect(stopping).rejects.toMatchObject({ failure: expect.anything() });
    await world.clock.settled();
    expect(world.system.processCount).toBe(0);
  });

  test('by a kill leaves the children to their links', async () => {
    const sup = await started();
    await add(sup, spec('a'));
    await add(sup, spec('b', { args: { trap: false } }));
    world.system.exit(sup, 'kill');
    await world.clock.settled();
    expect(log.slice(2)).toEqual(['terminate a killed']);
    expect(world.system.processCount).toBe(0);
  });
});

test('children may be supervisors', async () => {
  const sup = await started();
  await add(sup, childSpec(supervisor([spec('a')]), undefined));
  await add(sup, spec('b'));
  expect(await DynamicSupervisor.countChildren(sup)).toEqual({
    specs: 2,
    active: 2,
    supervisors: 1,
    workers: 1,
  });
});

test('a cast or a plain message does no harm', async () => {
  const sup = await started();
  world.system.cast(sup, { type: 'anything' } as never);
  world.system.send(sup, 'hello' as never);
  expect(await pids(sup)).toEqual([]);
});

describe('all children at once', () => {
  test('terminateAll stops those that run, and says how many', async () => {
    const sup = await started();
    for (const id of ['a', 'b', 'c']) await add(sup, spec(id));
    expect(await DynamicSupervisor.terminateAll(sup)).toBe(3);
    expect(await pids(sup)).toEqual([]);
    expect(await DynamicSupervisor.terminateAll(sup)).toBe(0);
  });

  test('askAll gives the answer of each; who has none is left out', async () => {
    const sup = await started();
    const [a, b] = [await add(sup, spec('a')), await add(sup, spec('b'))];
    const ask = async (pid: Pid) => {
      if (pid === b) throw new Error('it has ended meanwhile');
      return `${pid} is well`;
    };
    expect(await DynamicSupervisor.askAll(sup, ask)).toEqual(new Map([[a, `${a} is well`]]));
  });
});
