import { describe, expect, test } from '@jest/globals';
import { Supervisor, subscribe, type TelemetryEvent } from '../../src/index.js';
import { assertDown } from '../../src/testing/index.js';
import { crash, log, spec, started, statuses, world } from './supervisors.js';
import { startsInTurn } from './workers.js';

describe('the restart budget', () => {
  test('lets maxRestarts pass and ends the supervisor with the next', async () => {
    const sup = await started([spec('a'), spec('b')], { maxRestarts: 2, maxSeconds: 5 });
    await crash(sup, 'a');
    await crash(sup, 'a');
    expect(world.system.isAlive(sup)).toBe(true);
    log.length = 0;
    await crash(sup, 'a');
    await assertDown(sup, 'shutdown');
    expect(log).toEqual(['terminate b shutdown']);
    expect(world.system.processCount).toBe(0);
  });

  test('forgets restarts that are longer ago than maxSeconds', async () => {
    const sup = await started([spec('a')], { maxRestarts: 1, maxSeconds: 1 });
    await crash(sup, 'a');
    await world.clock.advance(2000);
    await crash(sup, 'a');
    expect(world.system.isAlive(sup)).toBe(true);
  });

  test('is 3 in 5 s unless said otherwise', async () => {
    const sup = await started([spec('a')]);
    for (let n = 0; n < 3; n++) await crash(sup, 'a');
    expect(world.system.isAlive(sup)).toBe(true);
    await crash(sup, 'a');
    await assertDown(sup, 'shutdown');
  });

  test('is spent by failing starts too, which are tried again at once', async () => {
    const sup = await started([startsInTurn(spec('a'), ['ok', 'nope', 'nope', 'ok'])], { maxRestarts: 3 });
    await crash(sup, 'a');
    expect(await statuses(sup)).toEqual(['a running']);
    const other = await started([startsInTurn(spec('a'), ['ok', 'nope'])], { maxRestarts: 3 });
    await crash(other, 'a');
    await assertDown(other, 'shutdown');
  });

  test('when it is exceeded, the event names those who spent it', async () => {
    const events: TelemetryEvent[] = [];
    const unsubscribe = subscribe((event) => events.push(event), ['restart', 'restart_intensity_exceeded']);
    const sup = await started([spec('a'), spec('b')], { maxRestarts: 2 });
    await crash(sup, 'b', 'kill');
    await crash(sup, 'a', 'kill');
    await crash(sup, 'b', 'kill');
    unsubscribe();
    expect(events.map(({ type }) => type)).toEqual(['restart', 'restart', 'restart_intensity_exceeded']);
    expect(events[1]).toMatchObject({
      childId: 'a',
      reason: 'killed',
      restarts: 2,
      maxRestarts: 2,
      maxSeconds: 5,
    });
    expect(events[2]).toMatchObject({ supervisor: sup, childId: 'b', spentBy: ['b', 'a', 'b'] });
  });
});

describe('backoff', () => {
  const backoff = { initialMs: 100, maxMs: 300, resetAfterMs: 1000 };

  test('waits longer each time up to the cap, and starts over after a stable time', async () => {
    const sup = await started([spec('a')], { maxRestarts: 100, backoff });
    const waits: number[] = [];
    for (const ranMs of [0, 0, 0, 999, 1000]) {
      await world.clock.advance(ranMs);
      await crash(sup, 'a');
      expect(await statuses(sup)).toEqual(['a restarting']);
      const before = world.clock.now();
      await world.clock.advanceToNext();
      waits.push(world.clock.now() - before);
      expect(await statuses(sup)).toEqual(['a running']);
    }
    expect(waits).toEqual([100, 200, 300, 300, 100]);
  });

  test('counts failing starts as failures', async () => {
    const sup = await started([startsInTurn(spec('a'), ['ok', 'nope', 'nope', 'ok'])], { backoff });
    await crash(sup, 'a');
    await world.clock.advance(599);
    expect(await statuses(sup)).toEqual(['a restarting']);
    await world.clock.advance(1);
    expect(await statuses(sup)).toEqual(['a running']);
  });

  test('spends the budget all the same', async () => {
    const sup = await started([spec('a')], { maxRestarts: 1, backoff });
    await crash(sup, 'a');
    await world.clock.advance(100);
    await crash(sup, 'a');
    await assertDown(sup, 'shutdown');
  });

  test('stops the group at once and starts it together', async () => {
    const sup = await started([spec('a'), spec('b')], { strategy: 'one_for_all', backoff });
    log.length = 0;
    await crash(sup, 'a');
    expect(log).toEqual(['terminate b shutdown']);
    expect(await statuses(sup)).toEqual(['b stopped', 'a restarting']);
    await world.clock.advance(100);
    expect(log).toEqual(['terminate b shutdown', 'start a', 'start b']);
  });

  test.each([
    ['terminateChild', (sup) => Supervisor.terminateChild(sup, 'a')],
    ['the end of the supervisor', (sup) => world.system.stop(sup)],
  ] satisfies [string, (sup: Awaited<ReturnType<typeof started>>) => Promise<unknown>][])(
    'is cancelled by %s',
    async (_what, act) => {
      const sup = await started([spec('a')], { backoff });
      await crash(sup, 'a');
      await act(sup);
      expect(world.clock.pending).toBe(0);
    },
  );
});
