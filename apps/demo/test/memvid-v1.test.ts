import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openArchive } from '@memvisor/codec';
import { encodeThreeTexts } from './archive.js';
import { filesIn, memvisor } from './cli.js';

jest.setTimeout(120_000);

const fixture = (path: string): string =>
  fileURLToPath(new URL(`../../../../packages/${path}`, import.meta.url));

interface MemvidJson {
  readonly metadata: readonly { readonly id: number; readonly text: string; readonly frame: number }[];
  readonly config: { readonly embedding: object };
}
const readIndex = async (path: string): Promise<MemvidJson> => JSON.parse(await readFile(path, 'utf8'));

let folder = '';
let video = '';
let expected: MemvidJson;
/** What memvid v1 wrote, as it lies there: video, JSON and FAISS. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'memvid-'));
  video = join(folder, 'memory.mp4');
  await copyFile(fixture('codec/test/fixtures/memvid-v1/mp4v/memory.mp4'), video);
  for (const name of ['memory.json', 'memory.faiss'])
    await copyFile(fixture(`search-index/test/fixtures/memvid-v1/${name}`), join(folder, name));
  expected = await readIndex(join(folder, 'memory.json'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const json = async (args: readonly string[], code = 0): Promise<unknown> => {
  const ran = await memvisor([...args, '--json']);
  if (ran.code !== code) throw new Error(`${ran.code}: ${ran.stderr}`);
  return JSON.parse(ran.stdout);
};

describe('an archive of memvid v1', () => {
  test('verify: every frame is read, and every text is the one in its index', async () => {
    expect(await json(['verify', video])).toEqual({ frames: 40, readable: 40, chunks: 40, mismatches: [] });
  });

  test('verify tells what its index says otherwise', async () => {
    const other = join(folder, 'other.json');
    const metadata = expected.metadata.map((chunk) =>
      chunk.id === 3 ? { ...chunk, text: chunk.text.toUpperCase() } : chunk,
    );
    const frames = Object.fromEntries(metadata.map(({ id }) => [id, id]));
    await writeFile(other, JSON.stringify({ metadata, chunk_to_frame: frames }));
    expect(await json(['verify', video, '--index', other], 1)).toMatchObject({
      readable: 40,
      mismatches: [
        { kind: 'contradiction', reason: expect.stringMatching(/no index at .*other\.faiss/) },
        { kind: 'differs', chunkId: 3, what: 'text' },
      ],
    });
  });

  test('info: what both files say', async () => {
    expect(await json(['info', video])).toMatchObject({
      video: { format: 'json', frames: 40, widthPx: 256 },
      index: {
        kind: 'memvid-v1',
        chunks: 40,
        model: 'all-MiniLM-L6-v2',
        vectors: { count: 40, dimensions: 384, inner: 'IxF2' },
        problems: [],
      },
    });
  });

  test('search: by words, and it says so', async () => {
    const { stdout } = await memvisor(['search', video, 'grant of copyright license', '-k', '1']);
    expect(stdout).toMatch(/Grant of Copyright License/i);
    expect(stdout).toMatch(
      /memvid v1's\. Its vectors come from all-MiniLM-L6-v2, so only words were searched/,
    );
  });
});

describe('memvisor convert', () => {
  test('makes an archive of ours of it: texts, ids and order stay', async () => {
    const ours = join(folder, 'ours.mkv');
    expect(await json(['convert', video, '--out', ours, '--codec', 'lossless'])).toMatchObject({
      video: ours,
      index: join(folder, 'ours.mvx'),
      format: 'packed',
      chunks: 40,
      renumbered: false,
      textsFromIndex: 0,
    });
    const archive = await openArchive(ours);
    if (!archive.ok) throw new Error(archive.failure.kind);
    const read = await archive.value.readChunks(expected.metadata.map(({ id }) => id));
    await archive.value.close();
    expect(read.ok && read.value.map(({ text }) => text)).toEqual(expected.metadata.map(({ text }) => text));
  });

  test('makes one that memvid opens of an archive of ours, and says what it can not do', async () => {
    const ours = await encodeThreeTexts(folder);
    const back = join(folder, 'back.mp4');
    expect(await json(['convert', ours, '--out', back, '--format', 'json'])).toMatchObject({
      index: join(folder, 'back_index.json'),
      chunks: 3,
      frames: 3,
      framePx: 512,
      split: 0,
      notices: [
        expect.stringMatching(/can't search it by meaning.*--model Xenova\/all-MiniLM-L6-v2/),
        expect.stringMatching(/no place for sources/),
      ],
    });
    const index = await readIndex(join(folder, 'back_index.json'));
    expect(index.metadata).toHaveLength(3);
    expect(index.config.embedding).toEqual({ model: 'use-lite', dimension: 512 });
    expect(await json(['verify', back])).toMatchObject({ readable: 3, mismatches: [] });
  });

  test('refuses to leave out or to replace what can not be read, unless it is told to', async () => {
    const cut = join(folder, 'cut.mkv');
    await copyFile(fixture('codec/test/fixtures/memvid-v1/h264/memory.mkv'), cut);
    for (const extension of ['json', 'faiss'])
      await copyFile(join(folder, `memory.${extension}`), join(folder, `cut_index.${extension}`));
    await truncate(cut, 250_000);
    const large = join(folder, 'large.mp4');
    const refused = await memvisor(['convert', cut, '--out', large, '--format', 'json']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /not everything in it can be read.*1\d chunks that are lost: --texts-from-index/s,
    );
    expect(filesIn(folder)).not.toContain('large.mp4');

    // Told to, it makes one that memvid's own detector can read, with memvid's own vectors.
    const told = ['convert', cut, '--out', large, '--format', 'json', '--texts-from-index'];
    expect(await json(told)).toMatchObject({
      chunks: 40,
      textsFromIndex: expect.any(Number),
      renumbered: false,
      model: 'all-MiniLM-L6-v2',
      notices: [],
    });
    for (const extension of ['json', 'faiss'])
      expect(await readFile(join(folder, `large_index.${extension}`))).toEqual(
        await readFile(join(folder, `memory.${extension}`)),
      );
  });

  test.each([
    ['an output that is the input', () => ['convert', video, '--out', video], /would be overwritten/],
    [
      'a kind of file that the codec can not live in',
      () => ['convert', video, '--out', join(folder, 'out.webm'), '--format', 'json'],
      /h264 profile can not live/,
    ],
    [
      'a codec for memvid',
      () => ['convert', video, '--out', join(folder, 'out.mkv'), '--format', 'json', '--codec', 'av1'],
      /--codec is for --format packed/,
    ],
  ])('%s is wrong usage', async (_, args, told) => {
    const { code, stderr } = await memvisor(args());
    expect(code).toBe(2);
    expect(stderr).toMatch(told);
  });
});
