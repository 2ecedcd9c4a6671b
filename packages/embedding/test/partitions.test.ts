import { getPriority } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChildSpec, exit, exited, spawn, startSupervisor, stopServer } from '@memvisor/supervisor';
import {
  type EmbedderOptions,
  EmbeddingError,
  openEmbedder,
  type PartitionedEmbedder,
} from '../src/index.js';
import { words, writeTinyModel } from './support/tiny-model.js';

let folder: string;
let remove: () => Promise<void>;
const opened: PartitionedEmbedder[] = [];

beforeAll(async () => {
  ({ folder, remove } = await writeTinyModel());
});
afterAll(() => remove());
afterEach(async () => {
  for (const embedder of opened.splice(0)) await embedder.close();
});

const open = async (options: EmbedderOptions = {}): Promise<PartitionedEmbedder> => {
  const result = await openEmbedder({ model: folder, partitions: 2, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  opened.push(result.embedder);
  return result.embedder;
};

const isRunning = (pid: number | undefined): boolean => {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Keeps a partition busy for as long as the test needs: a text of very many windows. */
const endless = Array.from({ length: 400_000 }, (_, i) => words[i % words.length]).join(' ');

const kill = (embedder: PartitionedEmbedder): void => {
  for (const { osPid } of embedder.partitions()) if (osPid !== undefined) process.kill(osPid, 'SIGKILL');
};

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const deferred = <T>() => {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};

/** Resolves when a request has been answered, so that a partition is up again. */
const untilUp = async (embedder: PartitionedEmbedder): Promise<void> => {
  await embedder.embed(['red']);
};

describe('openEmbedder', () => {
  test('answers every text in its place, whichever partition computed it', async () => {
    const embedder = await open();
    const texts = Array.from(
      { length: 300 },
      (_, i) => `${words[i % 10]} ${words[(i * 7) % 10]} ${words[(i * 3) % 10]}`,
    );
    const vectors = await embedder.embed(texts);
    const [one] = await embedder.embed([texts[123] ?? '']);
    expect(vectors.length).toBe(300);
    expect([...(vectors[123] ?? [])].map((x) => x.toFixed(5))).toEqual(
      [...(one ?? [])].map((x) => x.toFixed(5)),
    );
    const windows = await embedder.embedWindows(texts);
    expect(windows.map(({ textIndex }) => textIndex)).toEqual(texts.map((_, i) => i));
  });

  test('of no texts is no vectors', async () => {
    const embedder = await open({ partitions: 1 });
    expect(await embedder.embed([])).toEqual([]);
    expect(await embedder.embedWindows([])).toEqual([]);
  });

  test('a partition that dies fails its requests with the reason, and the next request is answered', async () => {
    const embedder = await open({ partitions: 1 });
    const failed = rejection(embedder.embed([endless]));
    kill(embedder);

    const error = await failed;

    expect(error).toBeInstanceOf(EmbeddingError);
    expect((error as EmbeddingError).failure).toMatchObject({
      kind: 'partition_died',
      partition: 0,
      reason: expect.stringContaining('SIGKILL'),
    });
    await untilUp(embedder);
  });

  test('partitions that die more than 3 times in 5 seconds are given up: every request says so', async () => {
    const embedder = await open({ partitions: 1 });
    for (let death = 0; death < 4; death++) {
      const failed = rejection(embedder.embed([endless]));
      kill(embedder);
      await failed;
      if (death < 3) await untilUp(embedder);
    }
    const error = await rejection(embedder.embed(['red']));
    expect((error as EmbeddingError).failure).toMatchObject({ kind: 'partitions_gave_up', restarts: 3 });
  });

  test('an abort ends the request at once with the signal’s reason and frees the partition', async () => {
    const embedder = await open({ partitions: 1 });
    const controller = new AbortController();
    const aborted = rejection(embedder.embed([endless], { signal: controller.signal }));
    controller.abort(new Error('changed my mind'));
    expect(await aborted).toEqual(new Error('changed my mind'));
    await untilUp(embedder);
  });

  test('opening can be given up while the model loads, and leaves no process', async () => {
    const controller = new AbortController();
    const opening = rejection(openEmbedder({ model: folder, partitions: 2, signal: controller.signal }));
    setImmediate(() => controller.abort(new Error('enough')));
    expect(await opening).toEqual(new Error('enough'));
  });

  test('an aborted signal starts nothing', async () => {
    const embedder = await open({ partitions: 1 });
    expect(await rejection(embedder.embed(['red'], { signal: AbortSignal.abort('no') }))).toBe('no');
  });

  test('in the background its processes have a lower priority, else that of their program', async () => {
    const niceOf = async (options: EmbedderOptions) => {
      const [partition] = (await open({ partitions: 1, ...options })).partitions();
      return getPriority(partition?.osPid);
    };
    expect(await niceOf({})).toBe(getPriority());
    expect(await niceOf({ background: true })).toBe(Math.max(getPriority(), 5));
  });

  test('a short request is not kept waiting by a long one', async () => {
    const embedder = await open({ partitions: 1 });
    const controller = new AbortController();
    const long = rejection(
      embedder.embed(Array(2000).fill(endless.slice(0, 4000)), { signal: controller.signal }),
    );
    const winner = await Promise.race([embedder.embed(['red']).then(() => 'short'), long.then(() => 'long')]);
    controller.abort();
    await long;
    expect(winner).toBe('short');
  });

  test('close fails what is in flight, leaves no process, and may be called twice', async () => {
    const embedder = await open();
    const pids = embedder.partitions().map(({ osPid }) => osPid);
    expect(pids.every(isRunning)).toBe(true);
    const failed = rejection(embedder.embed([endless, endless]));

    await Promise.all([embedder.close(), embedder.close()]);

    expect(((await failed) as EmbeddingError).failure).toEqual({ kind: 'closed' });
    expect(pids.some(isRunning)).toBe(false);
    expect(((await rejection(embedder.embed(['red']))) as EmbeddingError).failure).toEqual({
      kind: 'closed',
    });
  });

  test('a partition that hangs is killed, its requests time out, and the next is answered', async () => {
    const embedder = await open({ partitions: 1, stallTimeoutMs: 300 });
    const [partition] = embedder.partitions();
    process.kill(partition?.osPid ?? 0, 'SIGSTOP');
    const error = await rejection(embedder.embed(['red']));
    expect((error as EmbeddingError).failure).toEqual({ kind: 'timed_out', what: 'request', timeoutMs: 300 });
    await untilUp(embedder);
    expect(isRunning(partition?.osPid)).toBe(false);
  });

  test('a model that does not load in time is a failure and leaves no process', async () => {
    const result = await openEmbedder({ model: folder, partitions: 2, startTimeoutMs: 1 });
    expect(result).toMatchObject({ ok: false, failure: { kind: 'timed_out', what: 'start', timeoutMs: 1 } });
  });
});

describe('in a supervision tree', () => {
  test('an embedder ends with the process that it belongs to: no partition is left, requests are closed', async () => {
    const opening = deferred<PartitionedEmbedder>();
    const pid = spawn(async (ctx) => {
      const result = await openEmbedder({ model: folder, partitions: 2, parent: ctx });
      if (result.ok) opening.resolve(result.embedder);
      await ctx.receive();
    });
    const embedder = await opening.promise;
    const pids = embedder.partitions().map(({ osPid }) => osPid);
    const failed = rejection(embedder.embed([endless]));

    exit(pid, 'kill');

    expect(((await failed) as EmbeddingError).failure).toMatchObject({
      kind: expect.stringMatching(/closed|partition_died/),
    });
    await exited(embedder.supervisor);
    await embedder.close();
    expect(pids.some(isRunning)).toBe(false);
    expect(((await rejection(embedder.embed(['red']))) as EmbeddingError).failure).toEqual({
      kind: 'closed',
    });
  });

  test('as a child of a supervisor it is opened anew when its partitions were given up', async () => {
    const embedders: PartitionedEmbedder[] = [];
    const second = deferred<PartitionedEmbedder>();
    const embedding: ChildSpec = {
      id: 'embedding',
      type: 'supervisor',
      start: async (ctx) => {
        const result = await openEmbedder({ model: folder, partitions: 1, parent: ctx });
        if (!result.ok) return { ok: false, kind: 'error', reason: result.failure };
        if (embedders.push(result.embedder) === 2) second.resolve(result.embedder);
        return { ok: true, pid: result.embedder.supervisor };
      },
    };
    const started = await startSupervisor([embedding]);
    if (!started.ok) throw new Error('not started');
    const [first] = embedders;
    if (first) exit(first.supervisor, 'kill');

    expect((await (await second.promise).embed(['red'])).length).toBe(1);
    await stopServer(started.pid);
    expect(
      ((await rejection(embedders[1]?.embed(['red']) ?? Promise.resolve())) as EmbeddingError).failure,
    ).toEqual({ kind: 'closed' });
  });
});

describe('options', () => {
  test.each<[string, object, string]>([
    ['an unknown one', { dimension: 3 }, 'dimension'],
    ['partitions', { partitions: 0 }, 'partitions'],
    ['partitions', { partitions: 257 }, 'partitions'],
    ['precision', { precision: 'fp8' }, 'precision'],
    ['an overlap as long as the window', { windowTokens: 8, overlapTokens: 8 }, 'overlapTokens'],
    ['a nested one', { hub: { baseUrl: 'ftp://x' } }, 'hub.baseUrl'],
    ['a model that means nothing', { model: 'some model' }, 'model'],
    ['a URL that is no file', { model: new URL('https://example.org/x') }, 'model'],
    ['no function', { onProgress: 1 }, 'onProgress'],
    ['no choice', { background: 'yes' }, 'background'],
    ['no context', { parent: 1 }, 'parent'],
  ])('%s: %j throws before anything starts and names the option', async (_, options, option) => {
    await expect(openEmbedder(options)).rejects.toMatchObject({ name: 'OptionError', option });
  });
});
