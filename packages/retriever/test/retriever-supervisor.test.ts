import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type DynamicSupervisorRef,
  exit,
  exited,
  type Pid,
  portsClosed,
  processName,
  stopServer,
  subscribe,
  whereis,
} from '@memvisor/supervisor';
import { type RetrieverProtocol, RetrieverSupervisor, search } from '../src/index.js';
import { makeFolder, removeFolder, type TestArchive, writeTestArchive } from './archive.js';

let folder: string;
let archive: TestArchive;
let supervisor: DynamicSupervisorRef;
beforeAll(async () => {
  folder = await makeFolder();
  archive = await writeTestArchive(folder);
});
afterAll(() => removeFolder(folder));
beforeEach(async () => {
  const started = await RetrieverSupervisor.startLink();
  if (!started.ok) throw new Error('not started');
  supervisor = started.pid;
});
afterEach(async () => {
  await stopServer(supervisor, 'shutdown');
  await portsClosed();
});

const startOne = async (name?: string): Promise<Pid<RetrieverProtocol>> => {
  const started = await RetrieverSupervisor.startRetriever(supervisor, {
    video: archive.video,
    embedder: archive.embedder,
    ...(name === undefined ? {} : { name: processName<RetrieverProtocol>(name) }),
  });
  if (!started.ok || started.pid === undefined) throw new Error(JSON.stringify(started));
  return started.pid;
};

describe('RetrieverSupervisor', () => {
  test('starts, lists, counts and stops retrievers', async () => {
    const first = await startOne();
    const second = await startOne();
    expect(await RetrieverSupervisor.countRetrievers(supervisor)).toMatchObject({ active: 2, workers: 2 });
    expect((await RetrieverSupervisor.listRetrievers(supervisor)).map(({ pid }) => pid)).toEqual(
      expect.arrayContaining([first, second]),
    );
    expect(await RetrieverSupervisor.stopRetriever(supervisor, first)).toEqual({ ok: true });
    expect(await RetrieverSupervisor.stopRetriever(supervisor, first)).toMatchObject({
      ok: false,
      kind: 'not_found',
    });
    expect(await RetrieverSupervisor.stopAllRetrievers(supervisor)).toBe(1);
    expect(await RetrieverSupervisor.countRetrievers(supervisor)).toMatchObject({ active: 0 });
  });

  test('tells the numbers of each', async () => {
    const pid = await startOne();
    await search(pid, 'milk');
    const info = await RetrieverSupervisor.getRetrieversInfo(supervisor);
    expect(info.get(pid)).toMatchObject({ searches: 1 });
  });

  test('an archive that can not be opened is an error with its reason, and no child is left', async () => {
    const started = await RetrieverSupervisor.startRetriever(supervisor, { video: 'none.mp4' });
    expect(started).toMatchObject({
      ok: false,
      kind: 'error',
      reason: { detail: { kind: 'retriever_not_opened' } },
    });
    expect(await RetrieverSupervisor.countRetrievers(supervisor)).toMatchObject({ specs: 0 });
  });

  test('one whose index process can not be started says so, in words', async () => {
    const { execPath } = process;
    process.execPath = '/no/such/node';
    const started = await RetrieverSupervisor.startRetriever(supervisor, {
      video: archive.video,
      embedder: archive.embedder,
    }).finally(() => {
      process.execPath = execPath;
    });
    expect(started).toMatchObject({
      ok: false,
      kind: 'error',
      reason: {
        detail: {
          kind: 'retriever_not_opened',
          message: expect.stringMatching(/no\/such\/node.*try again/s),
        },
      },
    });
    expect(await RetrieverSupervisor.countRetrievers(supervisor)).toMatchObject({ active: 0 });
  });

  test('a retriever that is killed comes back under its name and answers', async () => {
    const name = processName<RetrieverProtocol>('retriever-that-dies');
    const victim = await startOne(name.name);
    const back = new Promise<void>((resolve) => {
      const unsubscribe = subscribe(
        (event) => {
          if (event.type !== 'spawn' || event.label !== 'Retriever') return;
          unsubscribe();
          resolve();
        },
        ['spawn'],
      );
    });
    exit(victim, 'kill');
    expect(await exited(victim)).toBe('killed');
    await back;
    // The supervisor answers only when the restart is done.
    await RetrieverSupervisor.countRetrievers(supervisor);
    expect(whereis(name)).not.toBe(victim);
    expect(await search(name, 'honey', { k: 1 })).toMatchObject({
      ok: true,
      value: { results: [{ chunkId: 0 }] },
    });
  });
});
