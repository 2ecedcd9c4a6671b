import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type ApplicationOptions,
  type ChildSpec,
  childSpec,
  DynamicSupervisor,
  describeShutdown,
  dynamicSupervisor,
  OptionError,
  type Pid,
  processName,
  type ShutdownReport,
  startApplication,
} from '../../src/index.js';
import { createTestSystem, type TestSystem } from '../../src/testing/index.js';
import { fragile, quick, slow } from './processes.js';

let kit: TestSystem;
let exits: ShutdownReport[];
beforeEach(() => {
  kit = createTestSystem();
  exits = [];
});
afterEach(async () => {
  await kit.close();
  expect(process.listenerCount('SIGTERM')).toBe(0);
});

const start = async (children: readonly ChildSpec[], options: Partial<ApplicationOptions> = {}) => {
  const exit = (report: ShutdownReport) => exits.push(report);
  const started = await startApplication({ children, system: kit.system, exit, ...options });
  if (!started.ok) throw new Error(started.kind);
  return started.application;
};

const lines = ({ stopped }: ShutdownReport) =>
  stopped.map(({ path, outcome, tookMs }) => [path.join('/'), outcome, tookMs]);

describe('stop', () => {
  test('reports who ended how, in which order, and how long each took', async () => {
    const application = await start([
      childSpec(quick, undefined, { id: 'a' }),
      childSpec(slow, 100, { id: 'b' }),
      childSpec(slow, 200, { id: 'c', shutdown: 50 }),
    ]);
    const stopping = application.stop();
    await kit.clock.advance(150);
    const report = await stopping;
    expect(report).toMatchObject({
      cause: { kind: 'stopped', reason: 'shutdown' },
      outcome: 'complete',
      tookMs: 150,
      exitCode: 0,
    });
    expect(lines(report)).toEqual([
      ['c', 'killed', 50],
      ['b', 'stopped', 100],
      ['a', 'stopped', 0],
    ]);
    expect(await application.stopped).toBe(report);
    expect(kit.system.processCount).toBe(0);
    expect(kit.clock.pending).toBe(0);
  });

  test('does not end Node, and a second call joins the first', async () => {
    const application = await start([childSpec(slow, 10)]);
    const both = Promise.all([application.stop(), application.stop('normal')]);
    await kit.clock.advance(10);
    const [first, second] = await both;
    expect(first).toBe(second);
    expect(exits).toEqual([]);
  });

  test('shows dynamic children under their supervisor, by pid', async () => {
    const name = processName<never>('pool');
    const application = await start([
      childSpec(dynamicSupervisor(), undefined, { id: 'pool', name: name as never }),
    ]);
    const child = await DynamicSupervisor.startChild(name as never, childSpec(quick, undefined), kit.system);
    if (!child.ok) throw new Error(child.kind);
    expect(lines(await application.stop())).toEqual([
      [`pool/${child.pid}`, 'stopped', 0],
      ['pool', 'stopped', 0],
    ]);
  });

  test.each([
    [99, 'deadline', 'killed', 1],
    [101, 'complete', 'stopped', 0],
  ])(
    'with %i ms for a child that takes 100 the outcome is %s',
    async (shutdownMs, outcome, how, exitCode) => {
      const application = await start([childSpec(slow, 100, { id: 'a' })], { shutdownMs });
      const stopping = application.stop();
      await kit.clock.advance(101);
      const report = await stopping;
      expect(report).toMatchObject({ outcome, exitCode, stopped: [{ outcome: how }] });
    },
  );
});

describe('signals', () => {
  const send = (signal: 'SIGTERM' | 'SIGINT') => process.emit(signal, signal);

  test('the first begins, the second kills what is left, and then the handlers are gone', async () => {
    const seen: unknown[] = [];
    const application = await start([childSpec(slow, Number.POSITIVE_INFINITY, { shutdown: 'infinity' })], {
      onSignal: (...signal) => seen.push(signal),
    });
    send('SIGTERM');
    await kit.system.settled();
    expect(kit.system.processCount).toBe(2);
    send('SIGTERM');
    const report = await application.stopped;
    expect(report).toMatchObject({ outcome: 'forced', exitCode: 143, stopped: [{ outcome: 'killed' }] });
    expect(seen).toEqual([
      ['SIGTERM', 1],
      ['SIGTERM', 2],
    ]);
    expect(exits).toEqual([report]);
    expect(process.listenerCount('SIGTERM')).toBe(0);
  });

  test('one during a stop of the program joins it, and ends Node after it', async () => {
    const application = await start([childSpec(slow, 10)]);
    const stopping = application.stop();
    send('SIGINT');
    await kit.clock.advance(10);
    expect(await stopping).toMatchObject({ cause: { kind: 'stopped' }, outcome: 'complete' });
    expect(exits).toHaveLength(1);
  });

  test('only those that are named are handled', async () => {
    const application = await start([childSpec(quick, undefined)], { signals: ['SIGINT'] });
    expect(process.listenerCount('SIGTERM')).toBe(0);
    send('SIGINT');
    expect((await application.stopped).cause).toEqual({ kind: 'signal', signal: 'SIGINT' });
  });
});

describe('the end of the root supervisor', () => {
  const crash = async (options: Partial<ApplicationOptions>) => {
    let pid: Pid<{ info: 'crash' }> | undefined;
    const application = await start(
      [
        childSpec(quick, undefined, { id: 'a' }),
        childSpec(fragile, (started: Pid<{ info: 'crash' }>) => {
          pid = started;
        }),
      ],
      options,
    );
    if (pid === undefined) throw new Error('not started');
    kit.system.send(pid, 'crash');
    return application.stopped;
  };

  test('that gave up is exit code 1, and the report has those that it stopped', async () => {
    const report = await crash({ maxRestarts: 0 });
    expect(report).toMatchObject({
      cause: { kind: 'ended', reason: 'shutdown' },
      outcome: 'complete',
      exitCode: 1,
    });
    expect(lines(report)).toEqual([['a', 'stopped', 0]]);
    expect(exits).toEqual([report]);
  });

  test('that ends because its significant child is done is exit code 0, and Node goes on', async () => {
    const report = await start([childSpec(slow, 0, { id: 'job', restart: 'transient', significant: true })], {
      autoShutdown: 'any_significant',
    }).then(async (application) => {
      const job = [...kit.system.processes()].at(-1);
      if (job === undefined) throw new Error('not started');
      const stopped = kit.system.stop(job);
      await kit.clock.advance(0);
      await stopped;
      return application.stopped;
    });
    expect(report).toMatchObject({ cause: { kind: 'ended', reason: 'shutdown' }, exitCode: 0 });
    expect(exits).toEqual([]);
  });
});

describe('onStopped', () => {
  test('is waited for before Node is let go', async () => {
    let done = (): void => undefined;
    const application = await start([childSpec(quick, undefined)], {
      onStopped: () =>
        new Promise((resolve) => {
          done = resolve;
        }),
    });
    process.emit('SIGTERM', 'SIGTERM');
    await kit.system.settled();
    expect(exits).toEqual([]);
    done();
    await application.stopped;
    expect(exits).toHaveLength(1);
  });

  test('but not beyond the time for all, nor beyond a second signal', async () => {
    const hangs = { onStopped: () => new Promise<void>(() => undefined), shutdownMs: 100 };
    const late = await start([childSpec(quick, undefined)], hangs);
    const stopping = late.stop();
    await kit.clock.advance(100);
    expect(await stopping).toMatchObject({ outcome: 'deadline', exitCode: 1 });

    const hurried = await start([childSpec(quick, undefined)], hangs);
    process.emit('SIGTERM', 'SIGTERM');
    await kit.system.settled();
    process.emit('SIGTERM', 'SIGTERM');
    expect(await hurried.stopped).toMatchObject({ outcome: 'forced', exitCode: 143 });
  });

  test('that fails is logged and changes nothing', async () => {
    const application = await start([childSpec(quick, undefined)], {
      onStopped: () => Promise.reject(new Error('disk full')),
    });
    expect(await application.stop()).toMatchObject({ outcome: 'complete' });
  });
});

test('children that do not start are a value, and no handlers are left', async () => {
  const started = await startApplication({
    children: [{ id: 'x', start: () => ({ ok: false, kind: 'error', reason: 'no' }) }],
    system: kit.system,
  });
  expect(started).toMatchObject({ ok: false, kind: 'error' });
});

test.each([
  ['shutdownMs', { shutdownMs: -1 }],
  ['signals', { signals: ['SIGNOTHING' as never] }],
])('a wrong option names itself: %s', async (option, options) => {
  const starting = startApplication({ children: [], system: kit.system, ...options });
  await expect(starting).rejects.toThrow(OptionError);
  await expect(starting).rejects.toThrow(option);
});

test('the report can be said in words', () => {
  const pid = kit.system.spawn(() => undefined);
  const one = { id: 'b', pid, reason: 'killed', outcome: 'killed', tookMs: 5000.4 } as const;
  const report: ShutdownReport = {
    cause: { kind: 'signal', signal: 'SIGTERM' },
    outcome: 'complete',
    stopped: [
      { ...one, path: ['a', 'b'] },
      { ...one, path: ['a'], outcome: 'stopped' },
    ],
    tookMs: 5001,
    exitCode: 0,
  };
  expect(describeShutdown(report)).toBe(
    `stopped by SIGTERM: 2 processes ended in 5001 ms, in order, 1 killed\nkilled: a/b ${pid} after 5000 ms`,
  );
});
