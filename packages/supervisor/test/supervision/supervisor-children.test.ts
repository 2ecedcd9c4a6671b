import { describe, expect, test } from '@jest/globals';
import { type ChildSpec, childSpec, processName, Supervisor } from '../../src/index.js';
import { child, log, spec, started, statuses, world } from './supervisors.js';
import { pidOf, startsInTurn, worker } from './workers.js';

describe('managing children', () => {
  test('terminate, restart and delete answer as OTP does', async () => {
    const sup = await started([spec('a'), spec('b')]);
    const running = { ok: false, kind: 'running' };
    const notFound = { ok: false, kind: 'not_found' };
    expect(await Supervisor.deleteChild(sup, 'a')).toEqual(running);
    expect(await Supervisor.restartChild(sup, 'a')).toEqual(running);
    expect(await Supervisor.terminateChild(sup, 'a')).toEqual({ ok: true });
    expect(await Supervisor.terminateChild(sup, 'a')).toEqual({ ok: true });
    expect(await statuses(sup)).toEqual(['b running', 'a stopped']);
    expect(await Supervisor.restartChild(sup, 'a')).toMatchObject({ ok: true });
    await Supervisor.terminateChild(sup, 'a');
    expect(await Supervisor.deleteChild(sup, 'a')).toEqual({ ok: true });
    expect(await Supervisor.deleteChild(sup, 'a')).toEqual(notFound);
    expect(await Supervisor.restartChild(sup, 'a')).toEqual(notFound);
    expect(await Supervisor.terminateChild(sup, 'a')).toEqual(notFound);
    expect(await Supervisor.getChildspec(sup, 'a')).toEqual(notFound);
  });

  test('startChild adds at the end, refuses an id in use, and says why a start failed', async () => {
    const sup = await started([spec('a')]);
    const b = await Supervisor.startChild(sup, spec('b'));
    expect(await statuses(sup)).toEqual(['b running', 'a running']);
    expect(await Supervisor.startChild(sup, spec('b'))).toEqual({
      ok: false,
      kind: 'already_started',
      pid: pidOf(b),
    });
    await Supervisor.terminateChild(sup, 'b');
    expect(await Supervisor.startChild(sup, spec('b'))).toEqual({ ok: false, kind: 'already_present' });
    const failing = startsInTurn(spec('c'), ['nope']);
    expect(await Supervisor.startChild(sup, failing)).toEqual({
      ok: false,
      kind: 'error',
      reason: 'nope',
      spec: failing,
    });
    expect(await Supervisor.startChild(sup, startsInTurn(spec('d'), ['ignore']))).toEqual({
      ok: true,
      pid: undefined,
    });
    expect(await statuses(sup)).toEqual(['d stopped', 'b stopped', 'a running']);
  });

  test('startChild hands on what the start function adds', async () => {
    const sup = await started([]);
    const informing: ChildSpec = {
      id: 'a',
      start: async (ctx) => {
        const result = await spec('a').start(ctx);
        return result.ok ? { ...result, info: 7 } : result;
      },
    };
    expect(await Supervisor.startChild(sup, informing)).toMatchObject({ ok: true, info: 7 });
  });

  test('startChild refuses a wrong spec', async () => {
    const sup = await started([]);
    expect(await Supervisor.startChild(sup, { id: 'a' } as never)).toEqual({
      ok: false,
      kind: 'invalid_child_spec',
      failure: { kind: 'missing_start' },
    });
  });

  test('a child whose name is taken did not start, as OTP says it, and is not known', async () => {
    const name = processName('worker');
    const sup = await started([childSpec(worker, { id: 'a', log }, { id: 'a', name: name as never })]);
    expect(
      await Supervisor.startChild(sup, childSpec(worker, { id: 'b', log }, { id: 'b', name: name as never })),
    ).toMatchObject({
      ok: false,
      kind: 'error',
      reason: { kind: 'already_started', pid: await child(sup, 'a') },
      spec: { id: 'b' },
    });
    expect(await statuses(sup)).toEqual(['a running']);
  });

  test('checkChildspecs says what a supervisor would say', () => {
    const significant = spec('b', { restart: 'transient', significant: true });
    expect(Supervisor.checkChildspecs([spec('a'), spec('b')])).toEqual({ ok: true });
    expect(Supervisor.checkChildspecs([spec('a'), spec('a')])).toEqual({
      ok: false,
      kind: 'invalid_child_spec',
      failure: { kind: 'duplicate_child_name', id: 'a' },
    });
    expect(Supervisor.checkChildspecs([significant])).toMatchObject({ failure: { kind: 'bad_combination' } });
    expect(Supervisor.checkChildspecs([significant], 'any_significant')).toEqual({ ok: true });
  });

  test('getChildspec shows the defaults', async () => {
    const sup = await started([spec('a')]);
    expect(await Supervisor.getChildspec(sup, 'a')).toMatchObject({
      ok: true,
      spec: { id: 'a', restart: 'permanent', shutdown: 5000, type: 'worker', significant: false },
    });
  });

  test('a request that no supervisor knows ends it, as in OTP, and its children in order', async () => {
    const sup = await started([spec('a'), spec('b')]);
    await expect(world.system.call(sup, { type: 'dance' } as never)).rejects.toMatchObject({
      failure: { kind: 'crash' },
    });
    expect(log.slice(2)).toEqual(['terminate b shutdown', 'terminate a shutdown']);
  });
});
