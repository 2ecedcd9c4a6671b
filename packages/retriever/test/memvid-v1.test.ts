import { copyFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { type Pid, portsClosed, start, stopServer } from '@memvisor/supervisor';
import {
  getChunk,
  getStats,
  type RetrieverOptions,
  type RetrieverProtocol,
  retriever,
  search,
} from '../src/index.js';
import { makeFolder, removeFolder } from './archive.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../codec/test/fixtures/memvid-v1/mp4v/${name}`, import.meta.url));
const license = 'grant of copyright license';

let folder: string;
let video: string;
beforeAll(async () => {
  folder = await makeFolder();
  video = join(folder, 'memory.mp4');
  await copyFile(fixture('memory.mp4'), video);
  await copyFile(fixture('memory.json'), join(folder, 'memory.json'));
});
afterAll(() => removeFolder(folder));

const running: Pid<RetrieverProtocol>[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((pid) => stopServer(pid).catch(() => undefined)));
  await portsClosed();
});

const open = async (options: RetrieverOptions): Promise<Pid<RetrieverProtocol>> => {
  const started = await start(retriever, options);
  if (!started.ok) throw new Error(JSON.stringify(started));
  running.push(started.pid);
  return started.pid;
};

describe('an archive of memvid v1', () => {
  test('is searched by words, says so, and answers from its frames', async () => {
    const pid = await open({ video, embedder: hashEmbedder() });
    const answer = await search(pid, license, { k: 3 });
    if (!answer.ok) throw new Error('failed');
    expect(answer.value.mode).toBe('lexical');
    expect(answer.value.notice).toMatch(/all-MiniLM-L6-v2, so only words were searched/);
    expect(answer.value.results).toHaveLength(3);
    for (const result of answer.value.results) {
      expect(result.text?.toLowerCase()).toMatch(/license/);
      expect(result.dense).toBeNull();
    }
    expect((await getStats(pid)).index).toMatchObject({ chunks: 40, vectors: 0 });
  });

  test('is opened by the name of its index, and gives chunks by their ids', async () => {
    const pid = await open({ video, index: join(folder, 'memory.json') });
    const chunk = await getChunk(pid, 39);
    expect(chunk).toMatchObject({ ok: true, value: { chunkId: 39, frame: 39, text: expect.any(String) } });
  });

  test('says that a frame is lost where the video is, though its index has the text', async () => {
    const cut = join(folder, 'cut.mkv');
    await copyFile(fixture('../h264/memory.mkv'), cut);
    await copyFile(fixture('memory.json'), join(folder, 'cut_index.json'));
    await truncate(cut, 250_000);
    const pid = await open({ video: cut });
    const answer = await search(pid, license, { k: 40 });
    if (!answer.ok) throw new Error('failed');
    const { results } = answer.value;
    const read = results.filter(({ text }) => text !== null);
    const lost = results.filter(({ text }) => text === null);
    expect(read.length).toBeGreaterThan(0);
    expect(lost.length).toBeGreaterThan(0);
    for (const { frame } of read) expect(frame).toBeLessThan(25);
    for (const { frame, unreadable } of lost) expect(unreadable).toMatchObject({ frame });
    await rm(cut);
  });

  test('without any index is refused as one without its own', async () => {
    const alone = join(folder, 'alone.mp4');
    await copyFile(video, alone);
    await writeFile(join(folder, 'alone.json'), '{"something": "else"}');
    const started = await start(retriever, { video: alone });
    expect(JSON.stringify(started)).toMatch(
      /There is no index at .*alone\.mvx, and .*alone\.json is no index of memvid v1's/,
    );
  });
});
