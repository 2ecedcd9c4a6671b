import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Embedder } from '@memvisor/embedding';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { type AnyPid, type Pid, portsClosed, start, stopServer } from '@memvisor/supervisor';
import {
  Archives,
  type ArchivesAnswer,
  type ArchivesOptions,
  type ArchivesProtocol,
  describeArchivesFailure,
} from '../../src/archives/index.js';
import {
  citationOf,
  passagesOf,
  type RetrieverProtocol,
  retriever,
  type SearchOptions,
  search,
} from '../../src/index.js';
import { makeFolder, removeFolder, writeTestArchive } from '../archive.js';

/** Thirty texts of shared and own words: every question finds some in each part. */
const subjects = ['Bees', 'Cows', 'Ships', 'Glaciers', 'Violins', 'Courts'];
const deeds = ['carry honey home', 'wait for milk', 'sail north', 'move slowly', 'sound at night'];
const contents = Array.from(
  { length: 30 },
  (_, at) =>
    `${subjects[at % 6]} ${deeds[at % 5]}, and ${subjects[(at * 7 + 1) % 6]?.toLowerCase()} number ${at % 9} too.`,
);
const cuts = [0, 7, 19, 30];
const embedder = hashEmbedder();

let folder: string;
let whole: string;
/** For the tests that change nothing. */
let opened: { readonly one: Pid<RetrieverProtocol>; readonly together: Pid<ArchivesProtocol> };
beforeAll(async () => {
  folder = await makeFolder();
  const part = (name: string, from: number, to: number) =>
    writeTestArchive(folder, {
      name,
      contents: contents.slice(from, to),
      sources: contents.slice(from, to).map((_, at) => `text-${Math.floor((from + at) / 4)}`),
    });
  ({ video: whole } = await part('whole', 0, 30));
  await Promise.all([1, 2, 3].map((at) => part(`part-${at}`, cuts[at - 1] ?? 0, cuts[at] ?? 0)));
  const [one, together] = await Promise.all([
    start(retriever, { video: whole, embedder }),
    Archives.startLink({ archives: parts(), embedder }),
  ]);
  if (!one.ok || !together.ok) throw new Error('not started');
  opened = { one: one.pid, together: together.pid };
});
afterAll(async () => {
  await Promise.all(Object.values(opened).map((pid) => stopServer(pid)));
  await portsClosed();
  await removeFolder(folder);
});

const running: AnyPid[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((pid) => stopServer(pid).catch(() => undefined)));
});

const parts = () => [1, 2, 3].map((at) => join(folder, `part-${at}.mkv`));
const open = async (
  archives: readonly string[],
  options: Partial<ArchivesOptions> = {},
): Promise<Pid<ArchivesProtocol>> => {
  const started = await Archives.startLink({ archives, embedder, ...options });
  if (!started.ok) throw new Error(JSON.stringify(started));
  running.push(started.pid);
  return started.pid;
};
const answered = async (
  pid: Pid<ArchivesProtocol>,
  question: string,
  options: SearchOptions = {},
): Promise<ArchivesAnswer> => {
  const answer = await Archives.search(pid, question, options);
  if (!answer.ok) throw new Error(describeArchivesFailure(answer.failure));
  return answer.value;
};

/** An archive by memvid v1, as this package finds it. */
const copyMemvid = async (): Promise<string> => {
  const fixture = '../../../../codec/test/fixtures/memvid-v1/mp4v/';
  for (const kind of ['mp4', 'json']) {
    const from = fileURLToPath(new URL(`${fixture}memory.${kind}`, import.meta.url));
    await copyFile(from, join(folder, `memvid.${kind}`));
  }
  return join(folder, 'memvid.mp4');
};

describe('several archives', () => {
  test.each<SearchOptions>([
    {},
    { mode: 'lexical' },
    { mode: 'dense' },
    { k: 30 },
    { diversity: 0.5 },
    { filter: { sources: ['text-1', 'text-4', 'text-7'] } },
  ])('answer as one that holds all their texts does: %j', async (options) => {
    const { one, together: pid } = opened;
    for (const question of ['Which bees carry honey?', 'ships number 4', 'What moves at night?']) {
      const expected = await search(one, question, options);
      if (!expected.ok) throw new Error('failed');
      const { results, archives, mode } = await answered(pid, question, options);
      expect(mode).toBe(expected.value.mode);
      expect(results.map(({ text }) => text)).toEqual(expected.value.results.map(({ text }) => text));
      results.forEach(({ score, lexical, dense, text, archive, chunkId }, at) => {
        expect(score).toBeCloseTo(expected.value.results[at]?.score ?? Number.NaN, 9);
        expect([lexical, dense]).toEqual([
          expected.value.results[at]?.lexical,
          expected.value.results[at]?.dense,
        ]);
        const from = cuts[parts().indexOf(archive)] ?? Number.NaN;
        expect(text).toBe(contents[from + chunkId]);
      });
      expect(archives).toEqual(
        parts().map((archive, at) => ({
          archive,
          ok: true,
          chunks: (cuts[at + 1] ?? 0) - (cuts[at] ?? 0),
        })),
      );
    }
  });

  test('decode the frames of the best answers and of no others; the embedder is opened once, where there are vectors, and asked once', async () => {
    let embedded = 0;
    const counting: Embedder = {
      ...embedder,
      embed: (texts, options) => {
        embedded += texts.length;
        return embedder.embed(texts, options);
      },
    };
    let opened = 0;
    const opener = async () => {
      opened += 1;
      return { ok: true, embedder: counting } as const;
    };
    const memvid = await copyMemvid();
    const words = await answered(await open([memvid], { embedder: opener }), 'copyright license');
    expect([words.mode, words.results.length, opened]).toEqual(['lexical', 5, 0]);
    const pid = await open(parts(), { embedder: opener });
    const { results } = await answered(pid, 'Which bees carry honey?', { k: 2 });
    const { archives, chunks } = await Archives.getStats(pid);
    const misses = archives.map((one) => (one.ok ? one.cache.misses : Number.NaN));
    const asked = new Set(results.map(({ archive, frame }) => `${archive} ${frame}`));
    expect(misses.reduce((sum, own) => sum + own)).toBe(asked.size);
    expect([opened, embedded, chunks]).toEqual([1, 1, 30]);
  });

  test('have passages, contexts and neighbours that say their archive', async () => {
    const pid = opened.together;
    const { results } = await answered(pid, 'Which bees carry honey?', { k: 30 });
    const passages = passagesOf(results);
    expect(passages.every(({ archive }) => archive !== undefined && parts().includes(archive))).toBe(true);
    // Two archives hold parts of this source: what follows on one's end is not in the other.
    expect(passages.filter(({ source }) => source === 'text-1').length).toBeGreaterThan(1);
    const [first] = results;
    if (first === undefined) throw new Error('nothing found');
    expect(citationOf(first)).toMatch(/^.*part-\d\.mkv › text-\d/);
    const context = await Archives.getContext(pid, 'Which bees carry honey?', { maxTokens: 200 });
    expect(context).toMatchObject({ ok: true, value: { text: expect.stringContaining(citationOf(first)) } });

    const address = { archive: parts()[1] as string, chunkId: 2 };
    expect(await Archives.getChunk(pid, address)).toMatchObject({
      ok: true,
      value: { ...address, text: contents[9] },
    });
    const near = await Archives.neighbours(pid, address, 1);
    if (!near.ok) throw new Error('failed');
    expect(near.value.map(({ archive, text }) => [archive, text])).toEqual(
      [8, 9, 10].map((at) => [address.archive, contents[at]]),
    );
    expect(await Archives.getChunk(pid, { ...address, chunkId: 99 })).toMatchObject({
      ok: false,
      failure: { kind: 'no_such_chunk', id: 99 },
    });
    expect(await Archives.getChunk(pid, { ...address, archive: 'none' })).toMatchObject({
      ok: false,
      failure: { kind: 'unknown_archive', archive: 'none' },
    });
  });

  test('are found by patterns, each once; indexes are none', async () => {
    const pid = await open([`${folder}/part-*`, parts()[2] as string, join(folder, 'part-[x')], { topK: 1 });
    const { archives, results } = await answered(pid, 'milk');
    expect(archives.map(({ archive, ok }) => [basename(archive), ok])).toEqual([
      ['part-1.mkv', true],
      ['part-2.mkv', true],
      ['part-3.mkv', true],
      ['part-[x', false],
    ]);
    expect(results).toHaveLength(1);
  });

  test('of memvid v1 or of another model take part by their words', async () => {
    const memvid = await copyMemvid();
    const { video: other } = await writeTestArchive(folder, {
      name: 'other-model',
      contents: ['Copyright belongs to whoever wrote it.'],
      embedder: hashEmbedder({ dimensions: 32 }),
    });
    const archives = [parts()[0] as string, memvid, other];
    const pid = await open(archives);
    const { mode, results, archives: reports } = await answered(pid, 'grant of copyright license', { k: 45 });
    expect(mode).toBe('hybrid');
    expect(new Set(results.map(({ archive }) => archive))).toEqual(new Set(archives));
    for (const { text, dense, archive } of results) {
      expect(text).not.toBeNull();
      expect(dense === null).toBe(archive !== archives[0]);
    }
    expect(reports).toMatchObject([
      { ok: true, chunks: 7 },
      { ok: true, chunks: 40, notice: expect.stringContaining('all-MiniLM-L6-v2') },
      { ok: true, chunks: 1, notice: expect.stringContaining('hash-32-128') },
    ]);
    const dense = await answered(pid, 'copyright', { mode: 'dense' });
    expect(dense.results.every(({ archive }) => archive === archives[0])).toBe(true);
    expect(dense.archives.map((one) => one.ok || one.failure.kind)).toEqual([
      true,
      'no_vectors',
      'no_vectors',
    ]);
  });
});

describe('a wrong option', () => {
  test('is named, and a wrong request told to who made it', async () => {
    const archives = ['none.mp4'];
    const wrong: readonly (readonly [option: string, options: object, expected?: string])[] = [
      ['archives', { archives: [] }],
      ['archives', { archives: [''] }, 'a list of paths or patterns'],
      ['decoders', { archives, decoders: 17 }, 'a whole number from 0 to 16'],
      ['topK', { archives, topK: 0 }, 'a whole number from 1 to 1000'],
      ['archiveTimeout', { archives, archiveTimeout: 1 }, 'no such option'],
    ];
    for (const [option, options, expected = expect.any(String)] of wrong)
      expect(await Archives.startLink(options as ArchivesOptions)).toMatchObject({
        ok: false,
        reason: { error: { name: 'OptionError', option: `archives.${option}`, expected } },
      });
    const pid = opened.together;
    for (const options of [{ k: 0 }, { diversity: 2 }])
      expect(await Archives.search(pid, 'honey', options)).toMatchObject({
        ok: false,
        failure: { kind: 'wrong_request', option: Object.keys(options)[0] },
      });
    await expect(
      Archives.neighbours(pid, { archive: parts()[0] as string, chunkId: 1 }, -1),
    ).rejects.toMatchObject({ option: 'count' });
    expect((await answered(pid, 'honey')).results).toHaveLength(5);
  });
});
