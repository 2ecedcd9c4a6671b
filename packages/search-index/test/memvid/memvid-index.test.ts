import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { faissFileBytes, parseFaissFile } from '../../src/memvid/faiss-file.js';
import {
  describeMemvidProblem,
  findMemvidIndex,
  type MemvidIndex,
  readMemvidIndex,
} from '../../src/memvid/read-memvid-index.js';
import { memvidIndexPathOf, writeMemvidIndex } from '../../src/memvid/write-memvid-index.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../test/fixtures/memvid-v1/${name}`, import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'memvid-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const read = async (path: string): Promise<MemvidIndex> => {
  const result = await readMemvidIndex(path);
  if (!result.ok) throw new Error(result.failure.kind);
  return result.index;
};

describe('the index that memvid v1 wrote', () => {
  test('is read: chunks, frames, vectors and their ids', async () => {
    const index = await read(fixture('memory.json'));
    expect(index.chunks).toHaveLength(40);
    expect(index.chunks[39]).toMatchObject({ id: 39, frame: 39 });
    expect(index).toMatchObject({ model: 'all-MiniLM-L6-v2', dimensions: 384, problems: [] });
    expect(index.faiss).toMatchObject({ count: 40, dimensions: 384, inner: 'IxF2' });
    if (!('flat' in index.faiss) || index.faiss.flat === undefined) throw new Error('no vectors');
    expect(index.faiss.flat.ids).toEqual(Array.from({ length: 40 }, (_, at) => at));
    // memvid gives its vectors unit length.
    for (const vector of index.faiss.flat.vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
  });

  test('is read by the name of its FAISS file as well', async () => {
    expect((await read(fixture('memory.faiss'))).path).toBe(fixture('memory.json'));
  });

  test('is written byte by byte as memvid wrote it', async () => {
    const { chunks, faiss } = await read(fixture('memory.json'));
    if (!('flat' in faiss) || faiss.flat === undefined) throw new Error('no vectors');
    const content = {
      texts: chunks.map(({ text }) => text),
      vectors: faiss.flat.vectors,
      dimensions: 384,
      model: 'all-MiniLM-L6-v2',
    };
    const path = join(folder, 'copy.json');
    expect(await writeMemvidIndex(content, path)).toMatchObject({ ok: true });
    expect((await readFile(path)).equals(await readFile(fixture('memory.json')))).toBe(true);
    const vectors = await readFile(join(folder, 'copy.faiss'));
    expect(vectors.equals(await readFile(fixture('memory.faiss')))).toBe(true);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test('is loaded by faiss itself, and so is what we write', async () => {
    const content = { texts: ['a', 'b'], vectors: [unit(0), unit(1)], dimensions: 384, model: 'm' };
    await writeMemvidIndex(content, join(folder, 'ours.json'));
    const found = [fixture('memory.faiss'), join(folder, 'ours.faiss')].map((path) =>
      askFaiss(path, unit(1)),
    );
    if (found.some((answer) => answer === undefined)) {
      // On this machine faiss-node is not built; CI builds it (scripts/faiss.mjs) and requires it.
      if (process.env.MEMVISOR_REQUIRE_FAISS === '1') throw new Error('faiss-node does not load');
      console.warn('that faiss loads the file is not tested here: faiss-node does not load');
      return;
    }
    expect(found).toEqual([
      { count: 40, dimensions: 384, nearest: expect.any(Number) },
      { count: 2, dimensions: 384, nearest: 1 },
    ]);
  });

  test('without its FAISS file still gives its chunks', async () => {
    await copyFile(fixture('memory.json'), join(folder, 'memory.json'));
    const index = await read(join(folder, 'memory.json'));
    expect(index.chunks).toHaveLength(40);
    expect(index.faiss).toMatchObject({ failure: { kind: 'not_found' } });
  });
});

describe('a contradiction in the files is told', () => {
  const written = async (change: (data: Content) => void, vectors = 3): Promise<string[]> => {
    const path = join(folder, 'memory.json');
    const data: Content = {
      metadata: [0, 1, 2].map((id) => ({ id, text: `text ${id}`, frame: id, length: 6 })),
      chunk_to_frame: { 0: 0, 1: 1, 2: 2 },
      config: { embedding: { model: 'm', dimension: 2 } },
    };
    change(data);
    await writeFile(path, JSON.stringify(data));
    const rows = Array.from({ length: vectors }, () => Float32Array.of(1, 0));
    await writeFile(join(folder, 'memory.faiss'), faissFileBytes(2, rows));
    return (await read(path)).problems.map(describeMemvidProblem);
  };

  test.each<[string, (data: Content) => void, number | undefined, RegExp]>([
    ['vectors are missing', () => undefined, 2, /2 vectors for 3 chunks/],
    [
      'another dimension',
      (data) => void Object.assign(data.config.embedding, { dimension: 384 }),
      undefined,
      /384/,
    ],
    [
      'ids are others',
      ({ metadata }) =>
        metadata.forEach((chunk, at) => {
          chunk.id = at + 7;
        }),
      undefined,
      /ids in the FAISS/,
    ],
    [
      'the order is another',
      ({ metadata }) => void metadata.reverse(),
      undefined,
      /chunk 2 stands at place 0/,
    ],
    [
      'two frames of a chunk',
      (data) => void Object.assign(data.chunk_to_frame, { 1: 2 }),
      undefined,
      /two frames for chunk 1/,
    ],
  ])('%s', async (_, change, vectors, told) => {
    expect(await written(() => undefined)).toEqual([]);
    expect((await written(change, vectors)).join('; ')).toMatch(told);
  });
});

test.each([
  ['not JSON', '{'],
  ['other JSON', '{"metadata": [{"id": -1}]}'],
])('a file that is %s is no index', async (_, content) => {
  await writeFile(join(folder, 'memory.json'), content);
  expect(await readMemvidIndex(join(folder, 'memory.json'))).toMatchObject({
    ok: false,
    failure: { kind: 'not_an_index' },
  });
});

describe('a FAISS file', () => {
  const bytes = faissFileBytes(3, [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)]);

  test('cut anywhere, or with a length that does not fit, is none', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(parseFaissFile(bytes.subarray(0, length))).toBeUndefined();
    for (const at of [0, 4, 8, 37, 41, 45, 74]) {
      const wrong = Uint8Array.from(bytes);
      wrong[at] = (wrong[at] ?? 0) ^ 0x55;
      expect(parseFaissFile(wrong)?.flat).toBeUndefined();
    }
  });

  test('of another kind inside gives count and dimensions', () => {
    const other = Buffer.from(bytes);
    other.write('IwFl', 37, 'latin1');
    expect(parseFaissFile(other)).toEqual({ dimensions: 3, count: 2, inner: 'IwFl', flat: undefined });
  });
});

test('the index of a video is found beside it, the one with memvid’s usual name first', async () => {
  const video = join(folder, 'memory.mp4');
  expect(memvidIndexPathOf(video)).toBe(join(folder, 'memory_index.json'));
  expect(await findMemvidIndex(video)).toBeUndefined();
  await writeFile(join(folder, 'memory.json'), '');
  expect(await findMemvidIndex(video)).toBe(join(folder, 'memory.json'));
  await writeFile(join(folder, 'memory_index.json'), '');
  expect(await findMemvidIndex(video)).toBe(join(folder, 'memory_index.json'));
});

type Content = {
  metadata: { id: number; text: string; frame: number; length: number }[];
  chunk_to_frame: Record<number, number>;
  config: { embedding: { model: string; dimension: number } };
};

const unit = (axis: number): Float32Array =>
  Float32Array.from({ length: 384 }, (_, at) => (at === axis ? 1 : 0));

/** What faiss says of a file, asked in a process that it may take down. */
const askFaiss = (path: string, question: Float32Array): unknown => {
  const program = `
    let faiss;
    try { faiss = require('faiss-node'); } catch { process.exit(3); }
    const index = faiss.Index.read(process.argv[1]);
    const nearest = index.search(JSON.parse(process.argv[2]), 1).labels[0];
    console.log(JSON.stringify({ count: index.ntotal(), dimensions: index.getDimension(), nearest }));`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['-e', program, path, JSON.stringify([...question])],
    { cwd: fileURLToPath(new URL('../../..', import.meta.url)), encoding: 'utf8' },
  );
  if (status === 3) return undefined;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};
