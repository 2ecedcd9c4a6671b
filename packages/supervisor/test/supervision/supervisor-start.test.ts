import { describe, expect, test } from '@jest/globals';
import {
  type ChildSpec,
  defineSupervisor,
  describeSupervisionFailure,
  ignore,
  processName,
  type SupervisorFailure,
  type SupervisorOptions,
  type SupervisorProtocol,
  startSupervisor,
  supervise,
} from '../../src/index.js';
import { log, spec, started, statuses, world } from './supervisors.js';
import { pidOf, startsInTurn } from './workers.js';

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
    [
      { maxRestart: 3 } as object,
      {
        kind: 'unknown_option',
        option: 'maxRestart',
        known: ['strategy', 'maxRestarts', 'maxSeconds', 'backoff', 'autoShutdown'],
      },
      'maxRestart: there is no such option; there are strategy, maxRestarts, maxSeconds, backoff, autoShutdown',
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
