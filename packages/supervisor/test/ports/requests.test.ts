import { getEventListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type NodeChild, type NodeChildOptions, startNodeChild } from '../../src/ports/node-child.js';
import { startOsProcess } from '../../src/ports/os-process.js';
import { RequestError, type RequestFailure } from '../../src/ports/request-failure.js';
import {
  startWorkerThread,
  type WorkerThread,
  type WorkerThreadOptions,
} from '../../src/ports/worker-thread.js';
import { OptionError } from '../../src/process/errors.js';
import type { Ask } from './programs/answers.js';

const module = new URL('./programs/answers.js', import.meta.url);
type Port = NodeChild<Ask, unknown> | WorkerThread<Ask, unknown>;

const started: { stop(): Promise<unknown> }[] = [];
const kept = <P extends { stop(): Promise<unknown> }>(port: P): P => {
  started.push(port);
  return port;
};
afterEach(() => Promise.all(started.splice(0).map((port) => port.stop())));

const startChild = (options?: NodeChildOptions) => kept(startNodeChild<Ask, unknown>(module, options));
const startWorker = (options?: WorkerThreadOptions) => kept(startWorkerThread<Ask, unknown>(module, options));

const failureOf = async (reply: Promise<unknown>): Promise<RequestFailure> => {
  const error = await reply.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof RequestError)) throw new Error(`not a RequestError: ${String(error)}`);
  return error.failure;
};

describe.each<[string, () => Port]>([
  ['a Node child', startChild],
  ['a worker thread', startWorker],
])('requests to %s', (_title, start) => {
  test('are answered, typed arrays included', async () => {
    const port = start();

    const reply = await port.request({ type: 'double', vector: new Float32Array([1, 2.5]) });

    expect(reply).toEqual(new Float32Array([2, 5]));
  });

  test('under way at once find their own replies, whatever the order', async () => {
    const port = start();

    const replies = await Promise.all(
      [30, 20, 10, 0].map((ms) => port.request({ type: 'after', ms, value: `after ${ms}` })),
    );

    expect(replies).toEqual(['after 30', 'after 20', 'after 10', 'after 0']);
  });

  test('fail with the error that the handler threw, and the next is answered', async () => {
    const port = start();

    const failure = await failureOf(port.request({ type: 'throw', message: 'out of range' }));

    expect(failure).toMatchObject({
      kind: 'failed',
      error: {
        name: 'RangeError',
        message: 'out of range',
        code: 'E_FIXTURE',
        stack: expect.stringContaining('answers'),
      },
    });
    expect(await port.request({ type: 'after', ms: 0, value: 'alive' })).toBe('alive');
  });

  test('fail when the reply can not be cloned, and reject when they can not be themselves', async () => {
    const port = start();

    expect(await failureOf(port.request({ type: 'unclonable' }))).toMatchObject({ kind: 'failed' });
    const ask = { type: 'facts', extra: () => {} } as const;
    await expect(port.request(ask)).rejects.toThrow(/could not be cloned/);
    expect(await port.request({ type: 'after', ms: 0, value: 'alive' })).toBe('alive');
  });

  test('are given up by their signal, and the handler hears of it', async () => {
    const port = start();
    const controller = new AbortController();
    const reply = failureOf(port.request({ type: 'wait_for_cancel' }, { signal: controller.signal }));

    controller.abort('no longer needed');

    expect(await reply).toEqual({ kind: 'aborted', reason: 'no longer needed' });
    expect(await port.request({ type: 'was_cancelled' })).toBe(1);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('a hundred under one signal put one listener on it', async () => {
    const port = start();
    const { signal } = new AbortController();
    const replies = Array.from({ length: 100 }, (_, i) =>
      port.request({ type: 'after', ms: 0, value: `${i}` }, { signal }),
    );

    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    expect(await Promise.all(replies)).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('are not even sent when their signal has fired', async () => {
    const port = start();

    const reply = port.request({ type: 'end', how: 'exit' }, { signal: AbortSignal.abort('early') });

    expect(await failureOf(reply)).toEqual({ kind: 'aborted', reason: 'early' });
    expect(await port.request({ type: 'after', ms: 0, value: 'alive' })).toBe('alive');
  });

  test('time out, and the handler hears of it', async () => {
    const port = start();

    const reply = port.request({ type: 'wait_for_cancel' }, { timeoutMs: 20 });

    expect(await failureOf(reply)).toEqual({ kind: 'timed_out', timeoutMs: 20 });
    expect(await port.request({ type: 'was_cancelled' })).toBe(1);
  });

  test('in flight fail with the exit when the other side ends, as do later ones', async () => {
    const port = start();
    const waiting = failureOf(port.request({ type: 'wait_for_cancel' }));

    const ending = failureOf(port.request({ type: 'end', how: 'exit' }));

    const expected = { exit: { kind: 'exited', exitCode: 9 } };
    expect(await waiting).toMatchObject(expected);
    expect(await ending).toMatchObject(expected);
    expect(await failureOf(port.request({ type: 'facts' }))).toMatchObject(expected);
  });

  test('in flight fail with the exit when the other side is stopped in an endless loop', async () => {
    const port = start();
    await port.request({ type: 'facts' });
    const reply = failureOf(port.request({ type: 'end', how: 'loop' }));

    expect(await port.stop()).toMatchObject({ kind: 'stopped' });
    expect(await reply).toMatchObject({ exit: { kind: 'stopped' } });
  });

  test('with a wrong timeoutMs reject with an OptionError', async () => {
    const port = start();

    await expect(port.request({ type: 'facts' }, { timeoutMs: -1 })).rejects.toThrow(OptionError);
  });
});

describe('a Node child', () => {
  test('that aborts itself, as native code may, is signalled', async () => {
    const child = startChild();

    const failure = await failureOf(child.request({ type: 'end', how: 'abort' }));

    expect(failure).toMatchObject({ kind: 'process_exited', exit: { kind: 'signalled', signal: 'SIGABRT' } });
  });

  test('that throws outside of a request exits with its stack in the stderr tail', async () => {
    const child = startChild();

    const failure = await failureOf(child.request({ type: 'end', how: 'throw_later' }));

    expect(failure).toMatchObject({
      kind: 'process_exited',
      exit: { kind: 'exited', exitCode: 1, stderrTail: expect.stringContaining('thrown later') },
    });
  });

  test('whose module is missing exits with the name in the stderr tail', async () => {
    const child = startNodeChild(new URL('./no-such-module.js', import.meta.url));

    expect(await failureOf(child.request({}))).toMatchObject({
      exit: { exitCode: 1, stderrTail: expect.stringContaining('no-such-module.js') },
    });
  });

  test('leaves Ctrl-C to its parent', async () => {
    const child = startChild();
    await child.request({ type: 'facts' });

    process.kill(child.osPid ?? 0, 'SIGINT');

    expect(await child.request({ type: 'after', ms: 20, value: 'alive' })).toBe('alive');
  });

  test('gets args and execArgv, and none of ours', async () => {
    const child = startChild({
      args: ['one'],
      execArgv: ['--max-old-space-size=99'],
    });

    const facts = await child.request({ type: 'facts' });

    expect(facts).toMatchObject({ argv: ['one'], execArgv: ['--max-old-space-size=99'], pid: child.osPid });
  });
});

describe('a worker thread', () => {
  test('is given buffers and gives them, without a copy', async () => {
    const worker = startWorker();
    const vector = new Float32Array([1, 2]);

    const reply = await worker.request({ type: 'move', vector }, { transfer: [vector.buffer] });

    expect(vector.byteLength).toBe(0);
    expect(reply).toEqual(new Float32Array([2, 3]));
  });

  test('that throws outside of a request is crashed with that error', async () => {
    const worker = startWorker();

    const failure = await failureOf(worker.request({ type: 'end', how: 'throw_later' }));

    expect(failure).toMatchObject({
      kind: 'worker_exited',
      exit: { kind: 'crashed', error: { name: 'Error', message: 'thrown later' } },
    });
  });

  test('past its memory limit is crashed, and we are not', async () => {
    const worker = startWorker({
      resourceLimits: { maxOldGenerationSizeMb: 16 },
    });

    const failure = await failureOf(worker.request({ type: 'end', how: 'eat_memory' }));

    expect(failure).toMatchObject({ exit: { kind: 'crashed', error: { code: 'ERR_WORKER_OUT_OF_MEMORY' } } });
  });

  test('whose module is missing is crashed', async () => {
    const worker = startWorkerThread(new URL('./no-such-module.js', import.meta.url));

    expect(await worker.exited).toMatchObject({
      kind: 'crashed',
      error: { message: expect.stringContaining('no-such-module.js') },
    });
  });

  test('sees its workerData and has the number that we see', async () => {
    const worker = startWorker({ workerData: { size: 3 } });

    expect(await worker.request({ type: 'facts' })).toMatchObject({
      workerData: { size: 3 },
      threadId: worker.threadId,
    });
  });

  test('is stopped by its signal, which is let go of afterwards', async () => {
    const controller = new AbortController();
    const worker = startWorker({ signal: controller.signal });

    controller.abort();

    expect(await worker.exited).toEqual({ kind: 'stopped' });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('stopped by many at once gives all of them the same exit', async () => {
    const worker = startWorker();

    const [first, second] = await Promise.all([worker.stop(), worker.stop()]);

    expect(first).toEqual({ kind: 'stopped' });
    expect(second).toBe(first);
  });
});

describe('plain messages', () => {
  const plain = new URL('./programs/echoes-plainly.js', import.meta.url);

  test('go to a Node child and back, until the listener is taken away', async () => {
    const child = kept(startNodeChild(plain));
    const heard: unknown[] = [];
    const stopListening = child.onMessage((message) => heard.push(message));
    const next = () => new Promise<void>((resolve) => child.onMessage(() => resolve()));

    child.send({ n: 1 });
    await next();
    stopListening();
    child.send({ n: 2 });
    await next();

    expect(heard).toEqual([{ heard: { n: 1 } }]);
    await child.stop();
    child.send({ n: 3 });
  });

  test('go to a worker thread and back', async () => {
    const worker = kept(startWorkerThread(plain));

    worker.post({ n: 1 });

    expect(await new Promise((resolve) => worker.onMessage(resolve))).toEqual({ heard: { n: 1 } });
    await worker.stop();
    worker.post({ n: 2 });
  });
});

describe('misuse', () => {
  test.each([
    ['a relative path', 'child.js'],
    ['no file: URL', new URL('https://example.org/child.js')],
  ])('%s as a module is an OptionError', (_title, modulePath) => {
    expect(() => startNodeChild(modulePath)).toThrow(OptionError);
    expect(() => startWorkerThread(modulePath)).toThrow(OptionError);
  });

  test('serveParent outside of a child is an OptionError', async () => {
    const alone = kept(startOsProcess({ program: process.execPath, args: [fileURLToPath(module)] }));

    expect(await alone.exited).toMatchObject({
      exitCode: 1,
      stderrTail: expect.stringContaining('OptionError: serveParent'),
    });
  });
});
