import { describe, expect, test } from '@jest/globals';
import { type ChildSpec, Supervisor } from '../../src/index.js';
import { child, crash, log, spec, started, statuses, world } from './supervisors.js';

describe('restart type, exit reason, strategy and position', () => {
  const strategies = ['one_for_one', 'one_for_all', 'rest_for_one'] as const;
  const types = ['permanent', 'transient', 'temporary'] as const;
  const reasons = ['normal', 'shutdown', 'boom', 'kill'] as const;
  const positions = ['a', 'b', 'c'] as const;
  const rows = strategies.flatMap((strategy) =>
    types.flatMap((type) =>
      reasons.flatMap((reason) => positions.map((at) => [strategy, type, reason, at] as const)),
    ),
  );

  test.each(rows)(
    '%s: a %s child that ends with %s, being %s of a, b, c',
    async (strategy, type, reason, at) => {
      const sup = await started(
        positions.map((id) => spec(id, id === at ? { restart: type } : {})),
        { strategy },
      );
      log.length = 0;
      const pid = await child(sup, at);
      if (reason === 'kill') world.system.exit(pid, 'kill');
      else world.system.cast(pid as never, { type: 'end', reason } as never);
      await world.clock.settled();

      const restarts =
        type === 'permanent' || (type === 'transient' && (reason === 'boom' || reason === 'kill'));
      const own = reason === 'kill' ? [] : [`terminate ${at} ${reason}`];
      const affected =
        strategy === 'one_for_one'
          ? []
          : strategy === 'one_for_all'
            ? [...positions]
            : positions.slice(positions.indexOf(at));
      const siblings = affected.filter((id) => id !== at);
      const stops = [...siblings].reverse().map((id) => `terminate ${id} shutdown`);
      const starts = (strategy === 'one_for_one' ? [at] : affected).map((id) => `start ${id}`);
      expect(log).toEqual(restarts ? [...own, ...stops, ...starts] : own);

      const known = positions.filter((id) => id !== at || type !== 'temporary');
      const running = positions.filter((id) => id !== at || restarts);
      expect(await Supervisor.countChildren(sup)).toEqual({
        specs: known.length,
        active: running.length,
        supervisors: 0,
        workers: known.length,
      });
    },
  );

  test('temporary siblings of a group restart are stopped and forgotten', async () => {
    const sup = await started([spec('a'), spec('b', { restart: 'temporary' }), spec('c')], {
      strategy: 'one_for_all',
    });
    await crash(sup, 'a');
    expect(await statuses(sup)).toEqual(['c running', 'a running']);
  });

  test('siblings that had been stopped start again with their group', async () => {
    const sup = await started([spec('a'), spec('b')], { strategy: 'one_for_all' });
    await Supervisor.terminateChild(sup, 'b');
    await crash(sup, 'a');
    expect(await statuses(sup)).toEqual(['b running', 'a running']);
  });
});

describe('a child that does not start again', () => {
  const failing = (): ChildSpec => {
    let turn = 0;
    return {
      ...spec('a'),
      start: async (ctx) => {
        if (turn++ === 0 || turn > 3) return spec('a').start(ctx);
        await ctx.sleep(200);
        return { ok: false, kind: 'error', reason: 'nope' };
      },
    };
  };

  test.each([
    ['whichChildren', (sup) => statuses(sup), ['a restarting']],
    [
      'countChildren',
      (sup) => Supervisor.countChildren(sup),
      { specs: 1, active: 0, supervisors: 0, workers: 1 },
    ],
    ['deleteChild', (sup) => Supervisor.deleteChild(sup, 'a'), { ok: false, kind: 'restarting' }],
    ['restartChild', (sup) => Supervisor.restartChild(sup, 'a'), { ok: false, kind: 'restarting' }],
    ['startChild', (sup) => Supervisor.startChild(sup, spec('a')), { ok: false, kind: 'already_present' }],
  ] satisfies [string, (sup: Awaited<ReturnType<typeof started>>) => Promise<unknown>, unknown][])(
    'is restarting for %s, asked between two attempts',
    async (_name, ask, answer) => {
      const sup = await started([failing()]);
      await crash(sup, 'a');
      const asked = ask(sup);
      await world.clock.advance(200);
      expect(await asked).toEqual(answer);
      await world.clock.advance(200);
      expect(await statuses(sup)).toEqual(['a running']);
    },
  );

  test('is left alone once it has been terminated', async () => {
    const sup = await started([failing()]);
    await crash(sup, 'a');
    const asked = Supervisor.terminateChild(sup, 'a');
    await world.clock.advance(1000);
    expect(await asked).toEqual({ ok: true });
    expect(await statuses(sup)).toEqual(['a stopped']);
  });
});
