import { copyFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { call, exited, type Pid, portsClosed, start, stopServer } from '@memvisor/supervisor';
import {
  getChunk,
  getStats,
  type RetrieverNotOpened,
  type RetrieverOptions,
  type RetrieverProtocol,
  retriever,
  search,
} from '../src/index.js';
import { makeFolder, removeFolder, type TestArchive, texts, writeTestArchive } from './archive.js';

let folder: string;
let archive: TestArchive;
beforeAll(async () => {
  folder = await makeFolder();
  archive = await writeTestArchive(folder);
});
afterAll(() => removeFolder(folder));

const running: Pid<RetrieverProtocol>[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((pid) => stopServer(pid).catch(() => undefined)));
  await portsClosed();
});

const open = async (options: Partial<RetrieverOptions> = {}): Promise<Pid<RetrieverProtocol>> => {
  const started = await start(retriever, { video: archive.video, embedder: archive.embedder, ...options });
  if (!started.ok) throw new Error(JSON.stringify(started));
  running.push(started.pid);
  return started.pid;
};

/** Why a retriever did not start. */
const failureOf = async (options: RetrieverOptions): Promise<RetrieverNotOpened> => {
  const started = await start(retriever, options);
  if (started.ok || started.kind !== 'error')
    throw new Error(`started, or failed otherwise: ${JSON.stringify(started)}`);
  return (started.reason as { readonly detail: RetrieverNotOpened }).detail;
};

describe('search', () => {
  test('gives back the very texts that went in, with place, scores and source', async () => {
    const pid = await open();
    const answer = await search(pid, 'honey of bees', { k: 3 });
    if (!answer.ok) throw new Error('failed');
    const { results, milliseconds } = answer.value;
    expect(results).toHaveLength(3);
    expect(results[0]).toMatchObject({
      rank: 1,
      chunkId: 0,
      text: texts[0],
      source: 'text-0.txt',
      frame: archive.written.framesOf(0)[0],
      start: 0,
      end: texts[0]?.length,
      lines: [1, 2],
      headings: ['Texts'],
      page: 1,
      metadata: { line: 1 },
    });
    expect(results[0]?.dense).toBeGreaterThan(0);
    expect(results[0]?.lexical).toBeGreaterThan(0);
    expect(milliseconds.total).toBeGreaterThanOrEqual(milliseconds.decode);
  });

  test('reads text of any script byte for byte', async () => {
    const pid = await open();
    const answer = await search(pid, 'Bäcker', { k: 1, mode: 'lexical' });
    expect(answer).toMatchObject({ ok: true, value: { results: [{ text: texts[5], dense: null }] } });
  });

  test('opens an embedder given as a function, once, and only where the index has vectors', async () => {
    let opened = 0;
    const embedder = async () => {
      opened += 1;
      return { ok: true, embedder: archive.embedder } as const;
    };
    const pid = await open({ embedder });
    const found = await search(pid, 'honey', { mode: 'dense' });
    expect(found.ok && found.value.mode).toBe('dense');
    expect(opened).toBe(1);

    const none = await start(retriever, {
      video: archive.video,
      index: join(archive.folder, 'none.mvx'),
      embedder,
    });
    expect(none.ok).toBe(false);
    expect(opened).toBe(1);
  });

  test('without an embedder searches by words alone', async () => {
    const started = await start(retriever, { video: archive.video });
    if (!started.ok) throw new Error('not started');
    running.push(started.pid);
    expect(await search(started.pid, 'violin strings')).toMatchObject({
      ok: true,
      value: { results: [{ chunkId: 4, dense: null }] },
    });
  });

  test('applies a filter before it chooses the best', async () => {
    const pid = await open();
    const answer = await search(pid, 'bees make honey', { k: 5, filter: { sources: ['text-3.txt'] } });
    expect(answer).toMatchObject({ ok: true, value: { results: [{ chunkId: 3 }] } });
  });

  test('can be told that answers shall differ from each other', async () => {
    const pid = await open();
    const ids = async (diversity: number) => {
      const answer = await search(pid, 'bees make honey', { k: 6, mode: 'dense', diversity });
      return answer.ok ? answer.value.results.map(({ chunkId }) => chunkId) : [];
    };
    const [alike, diverse] = [await ids(0), await ids(1)];
    expect(diverse[0]).toBe(alike[0]);
    expect([...diverse].sort()).toEqual([...alike].sort());
    expect(await search(pid, 'bees', { diversity: 2 })).toMatchObject({
      ok: false,
      failure: { kind: 'wrong_request', option: expect.stringContaining('diversity'), value: 2 },
    });
  });

  test('a question that nothing matches gives no lexical result, not an error', async () => {
    const pid = await open();
    expect(await search(pid, 'zzzz', { mode: 'lexical' })).toMatchObject({
      ok: true,
      value: { results: [] },
    });
  });
});

describe('the frame cache', () => {
  test('callers that ask for the same frame at once have it decoded once', async () => {
    const pid = await open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => search(pid, 'honey', { k: 1 })));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect((await getStats(pid)).cache).toMatchObject({ misses: 1, hits: 19 });
  });

  test('holds no more frames than it may', async () => {
    const pid = await open({ cacheSize: 1 });
    for (const id of texts.keys()) await getChunk(pid, id);
    expect((await getStats(pid)).cache.frames).toBeLessThanOrEqual(1);
  });
});

describe('getChunk and getStats', () => {
  test('a chunk is read from the video by its id', async () => {
    const pid = await open();
    expect(await getChunk(pid, 2)).toMatchObject({ ok: true, value: { chunkId: 2, text: texts[2] } });
  });

  test('an id that no chunk has is no_such_chunk', async () => {
    const pid = await open();
    expect(await getChunk(pid, 99)).toEqual({ ok: false, failure: { kind: 'no_such_chunk', id: 99 } });
  });

  test('stats tell of video, index, cache and searches', async () => {
    const pid = await open();
    await search(pid, 'milk');
    expect(await getStats(pid)).toMatchObject({
      video: { chunks: texts.length, format: 'packed' },
      index: { chunks: texts.length },
      searches: 1,
    });
  });
});

describe('what can not be opened', () => {
  test('a video that is not there', async () => {
    const failure = await failureOf({ video: join(folder, 'none.mkv'), index: archive.index });
    expect(failure).toMatchObject({
      kind: 'retriever_not_opened',
      failure: { kind: 'video', failure: { kind: 'file_missing' } },
    });
    expect(failure.message).toContain('none.mkv');
  });

  test('an index that is not there', async () => {
    expect(await failureOf({ video: archive.video, index: join(folder, 'none.mvx') })).toMatchObject({
      failure: { kind: 'index', failure: { kind: 'not_found' } },
    });
  });

  test('the index of another video', async () => {
    const other = await writeTestArchive(folder, { name: 'other', contents: ['Something else.'] });
    expect(await failureOf({ video: archive.video, index: other.index })).toMatchObject({
      failure: { kind: 'index', failure: { kind: 'wrong_archive' } },
    });
  });

  test('vectors of another model, which is named where the video names it', async () => {
    const { fingerprint } = archive.embedder.model;
    const embedder = { ...archive.embedder, model: { ...archive.embedder.model, fingerprint: 'other' } };
    const { failure, message } = await failureOf({ video: archive.video, embedder });
    const wrong = {
      kind: 'wrong_model',
      path: archive.index,
      expected: 'other',
      found: fingerprint,
      name: 'hash',
    };
    expect(failure).toEqual({ kind: 'index', failure: wrong });
    expect(message).toContain(`the model hash, ${fingerprint}, not with other`);
  });

  test('a file that is no video', async () => {
    const path = join(folder, 'text.mkv');
    await writeFile(path, 'This is no video.');
    expect(await failureOf({ video: path, index: archive.index })).toMatchObject({
      failure: { kind: 'video', failure: { kind: 'not_a_video' } },
    });
  });

  test('a video that is cut off', async () => {
    const path = join(folder, 'cut.mkv');
    await copyFile(archive.video, path);
    await truncate(path, Math.floor(archive.written.videoBytes / 2));
    expect(await failureOf({ video: path, index: archive.index })).toMatchObject({
      kind: 'retriever_not_opened',
      failure: { kind: 'video' },
    });
  });

  test('an option that is wrong is named', async () => {
    const started = await start(retriever, { video: archive.video, cacheSize: 0 });
    expect(started).toMatchObject({
      ok: false,
      kind: 'error',
      reason: { kind: 'crash', error: { name: 'OptionError', option: 'retriever.cacheSize' } },
    });
  });
});

describe('the process', () => {
  test('ends its index process when it is stopped', async () => {
    const pid = await open();
    await stopServer(pid);
    expect(await exited(pid)).toBe('normal');
    await portsClosed();
  });

  test('an unknown request ends it, and the caller is told', async () => {
    const pid = await open();
    // @ts-expect-error: no request that the protocol knows
    await expect(call(pid, { type: 'nonsense' })).rejects.toMatchObject({ name: 'CallExit' });
  });
});
