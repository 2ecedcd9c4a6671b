import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type ChildSpec,
  childSpec,
  defineSupervisor,
  describeSupervisionFailure,
  type ExitReason,
  ignore,
  processName,
  Supervisor,
  type SupervisorFailure,
  type SupervisorOptions,
  type SupervisorProtocol,
  startSupervisor,
  subscribe,
  supervise,
  supervisor,
  type TelemetryEvent,
} from '../../src/index.js';
import { assertDown, createTestSystem, type TestSystem } from '../../src/testing/index.js';
import { pidOf, startsInTurn, worker, workersWith } from './workers.js';

let world: TestSystem;
let log: string[];
let spec: ReturnType<typeof workersWith>;
beforeEach(() => {
  world = createTestSystem();
  log = [];
  spec = workersWith(log);
});
afterEach(() => world.close());

const started = async (children: readonly ChildSpec[], options: SupervisorOptions = {}) =>
  pidOf(await startSupervisor(children, { system: world.system, ...options }));

/** id → status and incarnation. */
const statuses = async (sup: Awaited<ReturnType<typeof started>>) =>
  (await Supervisor.whichChildren(sup)).map(({ id, status }) => `${String(id)} ${status}`);

const child = async (sup: Awaited<ReturnType<typeof started>>, id: unknown) => {
  const found = (await Supervisor.whichChildren(sup)).find((one) => one.id === id)?.pid;
  if (found === undefined) throw new Error(`no child ${String(id)}`);
  return found;
};

const crash = async (sup: Awaited<ReturnType<typeof started>>, id: unknown, reason: ExitReason = 'kill') => {
  world.system.exit(await child(sup, id), reason);
  await world.clock.settled();
};

describe('starting', () => {
  test('is in the order of the list, stopping in the reverse order', async () => {
    const sup = await started([spec('a'), spec('b'), spec('c')]);
    await world.system.stop(sup);
    expect(log).toEqual([
      'start a',
      'start b',
      'start c',
      'terminate c shutdown',
      'terminate b shutdown',
      'terminate a shutdown',
    ]);
    expect(world.system.processCount).toBe(0);
  });

  test('waits for one asynchronous child before it begins with the next', async () => {
    const slow: ChildSpec = {
      ...spec('a'),
      start: async (ctx) => {
        await ctx.sleep(100);
        return spec('a').start(ctx);
      },
    };
    const starting = started([slow, spec('b')]);
    await world.clock.advance(99);
    expect(log).toEqual([]);
    await world.clock.advance(1);
    expect(await statuses(await starting)).toEqual(['b running', 'a running']);
    expect(log).toEqual(['start a', 'start b']);
  });

  test.each([
    ['fails', 'nope', 'nope'],
    ['throws', new Error('bug'), { kind: 'EXIT', reason: { kind: 'crash', error: new Error('bug') } }],
  ])('stops those before a child that %s, and fails with its reason', async (_how, turn, reason) => {
    const children = [spec('a'), spec('b'), startsInTurn(spec('c'), [turn]), spec('d')];
    const result = await startSupervisor(children, { system: world.system });
    const detail = { kind: 'failed_to_start_child', id: 'c', reason };
    expect(result).toEqual({ ok: false, kind: 'error', reason: { kind: 'shutdown', detail } });
    expect(describeSupervisionFailure(detail as SupervisorFailure)).toMatch(/^child "c" did not start: /);
    expect(log).toEqual(['start a', 'start b', 'terminate b shutdown', 'terminate a shutdown']);
    expect(world.system.processCount).toBe(0);
  });

  test('keeps the spec of a child that is to be ignored, unless it is temporary', async () => {
    const sup = await started([
      startsInTurn(spec('a'), ['ignore']),
      startsInTurn(spec('b', { restart: 'temporary' }), ['ignore']),
    ]);
    expect(await statuses(sup)).toEqual(['a stopped']);
  });

  test('whatever a start function returns that is no start result is its error', async () => {
    const children = [{ id: 'a', start: () => 'junk' as never }];
    expect(await startSupervisor(children, { system: world.system })).toMatchObject({
      reason: { kind: 'shutdown', detail: { kind: 'failed_to_start_child', id: 'a', reason: 'junk' } },
    });
  });

  test.each<[SupervisorOptions, object, string]>([
    [
      { strategy: 'nope' as never },
      { kind: 'invalid_strategy', value: 'nope' },
      "strategy: expected 'one_for_one', or for a static supervisor 'one_for_all' or 'rest_for_one', got \"nope\"",
    ],
    [
      { maxRestarts: -1 },
      { kind: 'invalid_intensity', value: -1 },
      'maxRestarts: expected a whole number from 0, got -1',
    ],
    [
      { maxSeconds: 0 },
      { kind: 'invalid_period', value: 0 },
      'maxSeconds: expected a whole number from 1, got 0',
    ],
    [
      { autoShutdown: 'always' as never },
      { kind: 'invalid_auto_shutdown', value: 'always' },
      `autoShutdown: expected 'never', 'any_significant' or 'all_significant', got "always"`,
    ],
    [
      { backoff: { jitter: 2 } },
      { kind: 'invalid_backoff', option: 'jitter', value: 2, expected: 'a number from 0 to 1' },
      'backoff.jitter: expected a number from 0 to 1, got 2',
    ],
  ])('with the options %p fails with %p', async (options, failure, sentence) => {
    const result = await startSupervisor([spec('a')], { system: world.system, ...options });
    expect(result).toEqual({ ok: false, kind: 'error', reason: { kind: 'supervisor_data', failure } });
    expect(describeSupervisionFailure({ kind: 'supervisor_data', failure } as never)).toBe(
      `the supervisor's options are wrong: ${sentence}`,
    );
    expect(log).toEqual([]);
  });

  test('with two children of one id starts none', async () => {
    const result = await startSupervisor([spec('a'), spec('a')], { system: world.system });
    const failure = { kind: 'duplicate_child_name', id: 'a' };
    expect(result).toEqual({ ok: false, kind: 'error', reason: { kind: 'start_spec', failure } });
    expect(log).toEqual([]);
  });

  test('under a name that is taken gives who has it', async () => {
    const name = processName<SupervisorProtocol>('top');
    const first = pidOf(await startSupervisor([], { system: world.system, name }));
    expect(await startSupervisor([], { system: world.system, name })).toEqual({
      ok: false,
      kind: 'already_started',
      pid: first,
    });
  });

  test('init decides on children and options, may be asynchronous, and may decline', async () => {
    const team = defineSupervisor<string[]>({
      name: 'team',
      init: async (ids) => (ids.length === 0 ? ignore() : supervise(ids.map((id) => spec(id)))),
    });
    expect(await world.system.start(team, [])).toEqual({ ok: false, kind: 'ignore' });
    expect(await statuses(pidOf(await world.system.start(team, ['a', 'b'])))).toEqual([
      'b running',
      'a running',
    ]);
  });

  test('an init that returns anything else is a bad return', async () => {
    const odd = defineSupervisor({ init: () => 'junk' as never });
    expect(await world.system.start(odd, undefined)).toMatchObject({
      reason: { kind: 'bad_return', value: 'junk' },
    });
  });
});

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
