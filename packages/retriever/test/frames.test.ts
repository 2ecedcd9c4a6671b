import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Pid, portsClosed, start, stopServer, subscribe } from '@memvisor/supervisor';
import {
  describeRetrieverFailure,
  describeUnreadable,
  getChunk,
  getContext,
  neighbours,
  type RetrieverProtocol,
  retriever,
  search,
} from '../src/index.js';
import { makeFolder, removeFolder, writeTestArchive } from './archive.js';

let folder: string;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => removeFolder(folder));

const running: Pid<RetrieverProtocol>[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((pid) => stopServer(pid).catch(() => undefined)));
  await portsClosed();
});

const open = async (video: string): Promise<Pid<RetrieverProtocol>> => {
  const started = await start(retriever, { video });
  if (!started.ok) throw new Error(JSON.stringify(started));
  running.push(started.pid);
  return started.pid;
};

/** Digits that no compression makes small: two texts to a frame. */
const digits = (seed: number): string => {
  let state = seed + 1;
  return Array.from({ length: 3000 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % 10;
  }).join('');
};
const contents = Array.from({ length: 12 }, (_, id) => `Number${id} is ${digits(id)}.`);

describe('a damaged frame', () => {
  test('is named where its texts are missing, and nothing stands in for them; all others are read', async () => {
    const { video, written } = await writeTestArchive(folder, { name: 'damaged', contents });
    const frame = written.framesOf(5)[0] ?? 0;
    const bytes = await readFile(video);
    let picture = -1;
    for (let number = 0; number <= frame; number++)
      picture = bytes.indexOf('\u0089PNG', picture + 1, 'latin1');
    bytes.fill(0x55, picture + 100, picture + 700);
    await writeFile(video, bytes);

    const pid = await open(video);
    for (const [id, text] of contents.entries()) {
      const lost = written.framesOf(id).includes(frame);
      const read = await getChunk(pid, id);
      expect(read).toMatchObject({
        ok: true,
        value: lost ? { text: null, unreadable: { frame } } : { text },
      });
    }
    const answer = await search(pid, 'Number5', { k: 1 });
    if (!answer.ok) throw new Error('failed');
    const [result] = answer.value.results;
    expect(result?.text).toBeNull();
    expect(result?.unreadable && describeUnreadable(result.unreadable)).toContain(`frame ${frame} `);
    expect(await getContext(pid, 'Number5')).toMatchObject({
      ok: true,
      value: { text: '', unreadable: [{ frame }] },
    });
  });
});

describe('neighbours', () => {
  test('are the chunks around one in its source, read from the video, in order', async () => {
    const sources = ['a.txt', 'a.txt', 'b.txt', 'b.txt', 'b.txt', 'b.txt'];
    const { video } = await writeTestArchive(folder, { name: 'sources', sources });
    const pid = await open(video);
    const idsAround = async (id: number, count?: number) => {
      const read = await neighbours(pid, id, count);
      if (!read.ok) throw new Error(read.failure.kind);
      expect(read.value.every(({ text }) => text !== null)).toBe(true);
      return read.value.map(({ chunkId }) => chunkId);
    };
    expect(await idsAround(3)).toEqual([2, 3, 4]);
    expect(await idsAround(2)).toEqual([2, 3]);
    expect(await idsAround(1, 1000)).toEqual([0, 1]);
    expect(await idsAround(5, 0)).toEqual([5]);
    expect(await neighbours(pid, 6)).toMatchObject({ ok: false, failure: { kind: 'no_such_chunk' } });
    await expect(neighbours(pid, 1, -1)).rejects.toMatchObject({ name: 'OptionError', option: 'count' });
  });
});

describe('neighbours of texts of one name', () => {
  test('are those of their own text', async () => {
    const places = [0, 60, 0, 0, 60, 120].map(
      (offset) => ({ offset, lines: [offset / 60 + 1, offset / 60 + 1] }) as const,
    );
    const sources = places.map(() => 'stdin');
    const { video } = await writeTestArchive(folder, { name: 'one-name', sources, places });
    const pid = await open(video);
    const around = async (id: number) => {
      const read = await neighbours(pid, id, 5);
      return read.ok ? read.value.map(({ chunkId }) => chunkId) : read.failure;
    };
    expect(await Promise.all(places.map((_, id) => around(id)))).toEqual([
      [0, 1],
      [0, 1],
      [2],
      [3, 4, 5],
      [3, 4, 5],
      [3, 4, 5],
    ]);
  });
});

describe('a wrong request', () => {
  test('is told to who made it, and the retriever goes on', async () => {
    const { video } = await writeTestArchive(folder, { name: 'wrong' });
    const pid = await open(video);
    expect(await search(pid, 'honey', { k: 0 })).toMatchObject({
      ok: false,
      failure: { kind: 'wrong_request', option: 'k', value: 0 },
    });
    const wrong = [
      [{ k: 1.5 }, 'k: expected a whole number, got 1.5.'],
      [{ diversity: Number.NaN }, 'diversity: expected a number, got NaN.'],
      [{ diversity: -1 }, 'diversity: expected a number from 0, got -1.'],
      [{ mode: 'best' }, 'mode: expected one of hybrid, dense, lexical, got "best".'],
      [{ filter: { sources: 'a' } }, 'filter.sources: expected a list, got "a".'],
      [
        { filter: { ranges: { year: { from: [] } } } },
        'filter.ranges.year.from: expected a number or a text, got [].',
      ],
      [{ k: 7n }, 'k: expected a number, got 7.'],
      [
        { filter: { metadata: { a: () => 1 } } },
        'options: expected plain data, got "DataCloneError: () => 1 could not be cloned.".',
      ],
      [{ filter: { source: ['a'] } }, 'filter.source: expected no such option, got ["a"].'],
    ] as const;
    for (const [options, says] of wrong) {
      const answer = await search(pid, 'honey', options as object);
      expect(answer.ok ? 'ok' : describeRetrieverFailure(answer.failure)).toBe(says);
    }
    for (const id of ['1', 7n, {}, Number.NaN] as unknown as number[])
      expect(await getChunk(pid, id)).toMatchObject({ ok: false, failure: { kind: 'no_such_chunk' } });
    for (const query of [null, 7, 'x'.repeat(100_001)] as unknown as string[])
      expect(await search(pid, query)).toMatchObject({
        ok: false,
        failure: { kind: 'wrong_request', expected: 'a text of up to 100,000 characters' },
      });
    expect(await search(pid, 'honey', { k: 1 })).toMatchObject({ ok: true });
    await expect(getContext(pid, 'honey', { maxTokens: 3 })).rejects.toMatchObject({ option: 'maxTokens' });
  });
});

describe('a decoder that stands still', () => {
  test('delays who waits for it and nobody else; killed, it costs nobody the frame', async () => {
    const decoders: number[] = [];
    const unsubscribe = subscribe(
      (event) => {
        if (event.type === 'port_start' && event.command.includes('-f h264 -i pipe:0'))
          decoders.push(event.osPid as number);
      },
      ['port_start'],
    );
    try {
      const { video } = await writeTestArchive(folder, { name: 'still', contents, profile: 'h264' });
      const pid = await open(video);
      const [still] = decoders as [number];
      process.kill(still, 'SIGSTOP');
      const done: number[] = [];
      const read = async (id: number) => {
        expect(await getChunk(pid, id)).toMatchObject({ ok: true, value: { text: contents[id] } });
        done.push(id);
      };
      const waiting = read(0);
      await Promise.all([read(6), read(11)]);
      expect(done).not.toContain(0);
      process.kill(still, 'SIGKILL');
      await waiting;
    } finally {
      unsubscribe();
    }
  });
});
