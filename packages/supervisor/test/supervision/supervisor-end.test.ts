import { describe, expect, test } from '@jest/globals';
import {
  type ChildSpec,
  childSpec,
  type ExitReason,
  Supervisor,
  startSupervisor,
  subscribe,
  supervisor,
  type TelemetryEvent,
} from '../../src/index.js';
import { assertDown, createTestSystem } from '../../src/testing/index.js';
import { child, log, spec, started, statuses, world } from './supervisors.js';
import { pidOf } from './workers.js';

describe('shutdown', () => {
  const stopping = async (shutdown: ChildSpec['shutdown'], terminate?: () => Promise<void>) => {
    const events: Extract<TelemetryEvent, { type: 'child_stop' }>[] = [];
    const unsubscribe = subscribe((event) => events.push(event as never), ['child_stop']);
    const sup = await started([spec('a', { shutdown: shutdown as 0, args: terminate ? { terminate } : {} })]);
    const stopped = world.system.stop(sup);
    return { sup, events, stopped, unsubscribe };
  };

  test('in milliseconds: the child is killed when its time is up, not before', async () => {
    const { sup, events, stopped, unsubscribe } = await stopping(500, () => new Promise(() => undefined));
    await world.clock.advance(499);
    expect(world.system.isAlive(sup)).toBe(true);
    await world.clock.advance(1);
    await stopped;
    unsubscribe();
    expect(events).toMatchObject([{ childId: 'a', reason: 'killed', forced: true, tookMs: 500 }]);
    expect(world.clock.pending).toBe(0);
  });

  test('infinity: the child has all the time that it takes', async () => {
    let finish: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { sup, events, stopped, unsubscribe } = await stopping('infinity', () => slow);
    await world.clock.advance(1_000_000);
    expect(world.system.isAlive(sup)).toBe(true);
    finish();
    await stopped;
    unsubscribe();
    expect(events).toMatchObject([{ reason: 'shutdown', forced: false }]);
  });

  test('brutal_kill: the child does not get to terminate', async () => {
    const { events, stopped, unsubscribe } = await stopping('brutal_kill');
    await stopped;
    unsubscribe();
    expect(log).toEqual(['start a']);
    expect(events).toMatchObject([{ reason: 'killed', forced: false }]);
  });

  test('a supervisor that is killed while it waits kills nobody later', async () => {
    const { sup, stopped, unsubscribe } = await stopping(500, () => new Promise(() => undefined));
    await world.clock.settled();
    world.system.exit(sup, 'kill');
    await expect(stopped).rejects.toMatchObject({ failure: 'killed' });
    await world.clock.advance(1000);
    unsubscribe();
    expect(world.system.processCount).toBe(1);
    expect(world.clock.pending).toBe(0);
  });

  test('an end other than the one asked for is reported', async () => {
    const lines: object[] = [];
    const reporting = createTestSystem({
      logger: { error: (fields) => void lines.push(fields), warn: () => undefined, info: () => undefined },
    });
    const odd = spec('a', { args: { terminate: (ctx) => ctx.exitSelf('odd') } });
    const sup = pidOf(await startSupervisor([odd], { system: reporting.system }));
    await reporting.system.stop(sup);
    await reporting.close();
    expect(lines).toContainEqual(
      expect.objectContaining({ context: 'shutdown_error', childId: 'a', reason: 'odd' }),
    );
  });

  test('follows the parent, in whose system it is: the supervisor ends with its reason, the children with shutdown', async () => {
    const { system } = world;
    let sup: Awaited<ReturnType<typeof started>> | undefined;
    const parent = system.spawn(async (ctx) => {
      sup = pidOf(await startSupervisor([spec('a')], { parent: ctx }));
      await ctx.receive();
    });
    await world.clock.settled();
    system.exit(parent, 'boom');
    await assertDown(sup as never, 'boom');
    expect(log).toEqual(['start a', 'terminate a shutdown']);
  });

  test("is not caused by a stranger's exit signal, nor by a plain message", async () => {
    const sup = await started([spec('a')]);
    const stranger = world.system.spawn((ctx) => ctx.exit(sup, 'boom'));
    await assertDown(stranger);
    world.system.send(sup as never, 'hello' as never);
    await world.clock.settled();
    expect(await statuses(sup)).toEqual(['a running']);
  });
});

describe('autoShutdown', () => {
  const significant = { restart: 'transient', significant: true } as const;
  const end = async (sup: Awaited<ReturnType<typeof started>>, id: string, reason: ExitReason = 'normal') => {
    world.system.cast((await child(sup, id)) as never, { type: 'end', reason } as never);
    await world.clock.settled();
  };

  test('any_significant: the first that ends for good ends the supervisor', async () => {
    const sup = await started([spec('a', significant), spec('b', significant), spec('c')], {
      autoShutdown: 'any_significant',
    });
    await end(sup, 'a', 'boom');
    expect(world.system.isAlive(sup)).toBe(true);
    await end(sup, 'a');
    await assertDown(sup, 'shutdown');
    expect(log.slice(-2)).toEqual(['terminate c shutdown', 'terminate b shutdown']);
  });

  test('all_significant: the last that ends for good does', async () => {
    const sup = await started([spec('a', significant), spec('b', significant), spec('c')], {
      autoShutdown: 'all_significant',
    });
    await end(sup, 'a');
    expect(world.system.isAlive(sup)).toBe(true);
    await end(sup, 'b');
    await assertDown(sup, 'shutdown');
  });

  test('a temporary significant child ends it whatever its reason', async () => {
    const sup = await started([spec('a', { ...significant, restart: 'temporary' })], {
      autoShutdown: 'any_significant',
    });
    await end(sup, 'a', 'boom');
    await assertDown(sup, 'shutdown');
  });

  test('terminateChild is no reason to end', async () => {
    const sup = await started([spec('a', significant)], { autoShutdown: 'any_significant' });
    await Supervisor.terminateChild(sup, 'a');
    expect(await statuses(sup)).toEqual(['a stopped']);
  });
});

describe('nesting', () => {
  test('a supervisor that gives up is its own supervisor’s crash', async () => {
    const inner = supervisor([spec('a')], { maxRestarts: 0 });
    const top = await started([childSpec(inner, undefined, { id: 'inner' }), spec('b')]);
    const innerPid = await child(top, 'inner');
    world.system.exit(await child(innerPid as never, 'a'), 'kill');
    await world.clock.settled();
    expect(log).toEqual(['start a', 'start b', 'start a']);
    expect(await child(top, 'inner')).not.toBe(innerPid);
    expect(await Supervisor.countChildren(top)).toEqual({ specs: 2, active: 2, supervisors: 1, workers: 1 });
  });

  test('stops from the last leaf up', async () => {
    const inner = supervisor([spec('a'), spec('b')]);
    const top = await started([childSpec(inner, undefined), spec('c')]);
    log.length = 0;
    await world.system.stop(top);
    expect(log).toEqual(['terminate c shutdown', 'terminate b shutdown', 'terminate a shutdown']);
  });
});
