import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { DynamicSupervisor, exit, exited, isAlive, type Pid, processName } from '@memvisor/supervisor';
import type { Build, BuildContext, BuildJob, BuildStats } from '../../src/build/job.js';
import type { EncoderProtocol } from '../../src/encoder/messages.js';
import { Encoder, type EncoderEvent, EncoderSupervisor, subscribeToEncoders } from '../../src/index.js';

describe('an encoder with a stand-in for the build', () => {
  test('collects, builds, shows its state, and starts again after a reset', async () => {
    await using kit = await startKit();
    const { pid, next } = await kit.encoder();
    await Encoder.addChunks(pid, ['one', { text: 'two', source: 'b' }]);
    await Encoder.addText(pid, '# A\n\nThree.', { source: 'c.md', metadata: { tag: 'x' } });
    const built = Encoder.buildVideo(pid, 'out/m.mp4');
    const { job, finish } = await next();

    expect((await Encoder.getState(pid)).state).toBe('building');
    expect(await Encoder.addChunks(pid, ['no'])).toEqual({
      ok: false,
      failure: { kind: 'building_in_progress' },
    });
    expect(job.indexPath).toBe('out/m.mvx');
    expect(job.items.flatMap((item) => (item.type === 'chunks' ? item.chunks : []))).toEqual([
      { text: 'one' },
      { text: 'two', source: 'b' },
      {
        text: '# A\n\nThree.',
        source: 'c.md',
        start: 0,
        lines: [1, 3],
        headings: ['A'],
        metadata: { tag: 'x' },
      },
    ]);
    finish({ ok: true, value: stats });
    expect(await built).toEqual({ ok: true, value: stats });
    expect(await Encoder.getState(pid)).toMatchObject({
      state: 'completed',
      stats,
      outputPath: 'out/m.mp4',
      progress: [],
    });
    expect(await Encoder.reset(pid)).toEqual({ ok: true, value: undefined });
    expect(await Encoder.getState(pid)).toMatchObject({
      state: 'ready',
      chunks: [],
      stats: null,
      outputPath: null,
    });
  });

  test('an expected failure ends in the state error, with its reason for whoever asks', async () => {
    await using kit = await startKit();
    const { pid, next } = await kit.encoder();
    await Encoder.addChunks(pid, ['one']);
    const built = Encoder.buildVideo(pid, 'm.mp4');
    const failure = { kind: 'disk_full', path: 'm.mp4' } as const;
    (await next()).finish({ ok: false, failure });

    expect(await built).toEqual({ ok: false, failure });
    expect(await Encoder.addChunks(pid, ['two'])).toEqual({ ok: false, failure });
    expect(await Encoder.getState(pid)).toMatchObject({ state: 'error', error: failure });
  });

  test('a bug in the build crashes the encoder, and the caller hears of it', async () => {
    await using kit = await startKit();
    const { pid, next } = await kit.encoder();
    await Encoder.addChunks(pid, ['one']);
    const built = Encoder.buildVideo(pid, 'm.mp4').catch((error) => error);
    const gone = exited(pid);
    const error = new Error('a bug');
    (await next()).crash(error);

    expect(await gone).toEqual({ kind: 'crash', error });
    expect(await built).toMatchObject({ failure: { kind: 'crash', error } });
  });

  test('cancelBuild and an aborted signal end the build; the encoder goes on', async () => {
    await using kit = await startKit();
    const { pid, next } = await kit.encoder();
    await Encoder.addChunks(pid, ['one']);
    const controller = new AbortController();
    const built = Encoder.buildVideo(pid, 'm.mp4', { signal: controller.signal });
    const { context, finish } = await next();
    context.signal.addEventListener('abort', () => finish({ ok: false, failure: { kind: 'cancelled' } }));
    controller.abort();

    expect(await built).toEqual({ ok: false, failure: { kind: 'cancelled' } });
    expect(isAlive(pid)).toBe(true);
  });

  test.each(['stopped by its supervisor', 'ended by an exit signal'] as const)(
    '%s while it builds, it waits until the build has cleared up',
    async (how) => {
      await using kit = await startKit();
      const { pid, next } = await kit.encoder();
      await Encoder.addChunks(pid, ['one']);
      const built = Encoder.buildVideo(pid, 'm.mp4').catch((error) => error.failure);
      const { context, finish } = await next();
      const log: string[] = [];
      const aborted = new Promise<void>((resolve) => {
        context.signal.addEventListener('abort', () => resolve());
      });
      const ended = how.startsWith('stopped')
        ? EncoderSupervisor.stopEncoder(kit.supervisor, pid)
        : exited(pid);
      if (!how.startsWith('stopped')) exit(pid, 'boom');
      const logged = ended.then(() => log.push('ended'));
      await aborted;
      log.push('cleared up');
      finish({ ok: false, failure: { kind: 'cancelled' } });
      await logged;

      expect(log).toEqual(['cleared up', 'ended']);
      expect(await built).toBe(how.startsWith('stopped') ? 'shutdown' : 'boom');
    },
  );

  test('killed while it builds, its build is told to end', async () => {
    await using kit = await startKit();
    const { pid, next } = await kit.encoder();
    await Encoder.addChunks(pid, ['one']);
    const built = Encoder.buildVideo(pid, 'm.mp4').catch((error) => error.failure);
    const { context, finish } = await next();
    const told = once(context.signal, 'abort');
    exit(pid, 'kill');

    expect(await built).toBe('killed');
    await told;
    finish({ ok: false, failure: { kind: 'cancelled' } });
  });

  test('changes of state and progress are events', async () => {
    await using kit = await startKit();
    const { pid, next } = await kit.encoder();
    const events: EncoderEvent[] = [];
    const unsubscribe = subscribeToEncoders((event) => events.push(event), { encoder: pid });
    await Encoder.addChunks(pid, ['one']);
    const built = Encoder.buildVideo(pid, 'm.mp4');
    const { context, finish } = await next();
    const progress = { stage: 'embed', done: 1, total: 2, ratePerSecond: 1, etaMs: 1000 } as const;
    context.report(progress);
    expect((await Encoder.getState(pid)).progress).toEqual([progress]);
    finish({ ok: true, value: stats });
    await built;
    unsubscribe();

    expect(events.map((event) => (event.type === 'encoder_state' ? event.state : event.stage))).toEqual([
      'collecting',
      'building',
      'embed',
      'completed',
    ]);
  });

  test.each<[string, (pid: Pid<EncoderProtocol>) => unknown]>([
    [
      'chunks.1: expected a text, or an object with a text, got 5',
      (pid) => Encoder.addChunks(pid, ['a', 5 as never]),
    ],
    ['text: expected a text, got 5', (pid) => Encoder.addText(pid, 5 as never)],
    ['source: expected a text, got 5', (pid) => Encoder.addText(pid, '', { source: 5 as never })],
    [
      'text: expected texts to iterate over, or a function that gives them, got 5',
      (pid) => Encoder.addSource(pid, { text: 5 as never }),
    ],
  ])('%s', async (message, ask) => {
    await using kit = await startKit();
    const { pid } = await kit.encoder();

    expect(() => ask(pid)).toThrow(message);
  });
});

describe('EncoderSupervisor', () => {
  test('starts, lists, counts, shows and stops encoders', async () => {
    await using kit = await startKit();
    const name = processName<EncoderProtocol>('notes');
    const first = await kit.encoder({ name });
    const second = await kit.encoder();

    expect(await EncoderSupervisor.countEncoders(kit.supervisor)).toEqual({
      specs: 2,
      active: 2,
      supervisors: 0,
      workers: 2,
    });
    expect(
      (await EncoderSupervisor.listEncoders(kit.supervisor)).map(({ pid, type, modules }) => [
        pid,
        type,
        modules,
      ]),
    ).toEqual([
      [first.pid, 'worker', ['encoder']],
      [second.pid, 'worker', ['encoder']],
    ]);
    const info = await EncoderSupervisor.getEncodersInfo(kit.supervisor);
    expect([...info].map(([pid, { state }]) => [pid, state])).toEqual([
      [first.pid, 'ready'],
      [second.pid, 'ready'],
    ]);
    expect(await EncoderSupervisor.stopEncoder(kit.supervisor, name)).toEqual({ ok: true });
    expect(await EncoderSupervisor.stopEncoder(kit.supervisor, name)).toEqual({
      ok: false,
      kind: 'not_found',
    });
    expect(await EncoderSupervisor.stopEncoder(kit.supervisor, first.pid)).toEqual({
      ok: false,
      kind: 'not_found',
    });
    expect(await EncoderSupervisor.stopAllEncoders(kit.supervisor)).toBe(1);
    expect(isAlive(second.pid)).toBe(false);
  });

  test('an encoder that ends meanwhile is left out of getEncodersInfo', async () => {
    await using kit = await startKit();
    const first = await kit.encoder();
    const second = await kit.encoder();
    const info = EncoderSupervisor.getEncodersInfo(kit.supervisor);
    exit(first.pid, 'kill');

    expect([...(await info).keys()]).toEqual([second.pid]);
  });

  test('encoders are temporary: none is restarted; a permanent one is', async () => {
    await using kit = await startKit();
    const temporary = await kit.encoder();
    const permanent = await kit.encoder({ restart: 'permanent' });
    exit(temporary.pid, 'boom');
    exit(permanent.pid, 'boom');
    await Promise.all([exited(temporary.pid), exited(permanent.pid)]);
    const { active } = await EncoderSupervisor.countEncoders(kit.supervisor);

    expect(active).toBe(1);
  });

  test.each<[string, Parameters<typeof EncoderSupervisor.startEncoder>[1]]>([
    ['indexName: expected a text that is not empty, got ""', { indexName: '' }],
    ['codec: expected one of', { indexName: 'x', config: { codec: 'mpeg' } }],
  ])('nothing is started with wrong options: %s', async (message, options) => {
    await using kit = await startKit();

    await expect(EncoderSupervisor.startEncoder(kit.supervisor, options)).rejects.toThrow(message);
    expect(await EncoderSupervisor.countEncoders(kit.supervisor)).toMatchObject({ specs: 0 });
  });
});

const stats: BuildStats = {
  indexName: 'notes',
  outputPath: 'out/m.mp4',
  indexPath: 'out/m.mvx',
  totalChunks: 3,
  totalFrames: 3,
  textBytes: 1,
  videoBytes: 1,
  indexBytes: 1,
  sizes: { text: { bytes: 1, gzipBytes: 1, brotliBytes: 1 }, videoBytes: 1, index: undefined },
  archiveId: 'id',
  model: 'none',
  seconds: { total: 1, chunk: 0, embed: 0, qr: 0, video: 1, index: 0 },
};

type Outcome = Awaited<ReturnType<Build>>;
type Started = {
  readonly job: BuildJob;
  readonly context: BuildContext;
  readonly finish: (outcome: Outcome) => void;
  readonly crash: (error: Error) => void;
};

/** A supervisor, and encoders whose builds the test ends. */
const startKit = async () => {
  const started = await EncoderSupervisor.startLink();
  if (!started.ok) throw new Error('not started');
  const supervisor = started.pid;
  const encoder = async (options: Partial<Parameters<typeof EncoderSupervisor.startEncoder>[1]> = {}) => {
    const waiting: ((build: Started) => void)[] = [];
    const next = new Promise<Started>((resolve) => waiting.push(resolve));
    const build: Build = (job, context) =>
      new Promise((finish, crash) => {
        waiting.shift()?.({ job, context, finish, crash });
      });
    const result = await EncoderSupervisor.startEncoder(supervisor, {
      indexName: 'notes',
      build,
      ...options,
    });
    if (!result.ok || result.pid === undefined) throw new Error('not started');
    return { pid: result.pid, next: () => next };
  };
  return { supervisor, encoder, [Symbol.asyncDispose]: () => DynamicSupervisor.stop(supervisor) };
};
