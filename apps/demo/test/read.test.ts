import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { encodeThreeTexts } from './archive.js';
import { cliPath, memvisor, run } from './cli.js';

jest.setTimeout(120_000);

let folder = '';
let video = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-'));
  video = await encodeThreeTexts(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The one JSON object that a command may print. */
const only = ({ stdout }: { readonly stdout: string }): unknown => {
  expect(stdout).toMatch(/^\{.*\}\n$/);
  return JSON.parse(stdout);
};
const number = expect.any(Number);

describe('memvisor search', () => {
  test('--json: the text that answers, its source and frame, the times, and nothing on stderr', async () => {
    const ran = await memvisor(['search', video, 'Which month did the vessel leave?', '-k', '2', '--json']);

    expect([ran.code, ran.stderr]).toEqual([0, '']);
    const answer = only(ran) as { readonly results: readonly object[] };
    expect(answer).toEqual({
      query: 'Which month did the vessel leave?',
      mode: 'hybrid',
      results: [expect.any(Object), expect.any(Object)],
      milliseconds: {
        start: number,
        load: number,
        embed: number,
        search: number,
        decode: number,
        total: number,
      },
    });
    expect(answer.results[0]).toMatchObject({
      rank: 1,
      score: number,
      text: 'The ship sailed north in May, against the wind.\n',
      chunkId: 1,
      frame: 1,
      source: 'ships.txt',
    });
  });

  test('--source and --passages: the texts of one source, joined and cited', async () => {
    const ran = await memvisor(['search', video, 'ship', '--source', 'bees.txt', '--passages', '--json']);

    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(only(ran)).toMatchObject({
      results: [{ source: 'bees.txt' }],
      passages: [
        { rank: 1, source: 'bees.txt', text: 'Bees turn nectar into honey in their hive.\n', chunkIds: [0] },
      ],
    });
  });

  test.each(['dense', 'lexical'])('--mode %s finds it too', async (mode) => {
    const ran = await memvisor([
      'search',
      video,
      'the ship sailed north',
      '--mode',
      mode,
      '-k',
      '1',
      '--json',
    ]);
    expect(only(ran)).toMatchObject({ results: [{ source: 'ships.txt' }] });
  });

  test('prints rank, source, frame and text for people', async () => {
    const { code, stdout } = await memvisor(['search', video, 'honey', '-k', '1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1\. bees\.txt:1 — score [\d.]+, chunk 0, frame 1\n {3}Bees turn nectar/);
  });

  test('several videos and a quoted pattern: one ranking, results say their archive, stderr what was left out', async () => {
    await mkdir(join(folder, 'more'));
    for (const file of ['m.mp4', 'm.mvx']) await copyFile(join(folder, file), join(folder, 'more', file));
    const none = 'none.mp4';
    const args = ['search', 'm.mp4', 'more/*', none, 'Which month did the vessel leave?', '-k', '2'];
    const ran = await memvisor([...args, '--json'], { cwd: folder });

    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/^memvisor: left out: none\.mp4: there is no such file\n$/);
    expect(only(ran)).toMatchObject({
      mode: 'hybrid',
      results: [
        { rank: 1, archive: 'm.mp4', source: 'ships.txt' },
        { rank: 2, archive: 'more/m.mp4', source: 'ships.txt' },
      ],
      archives: [
        { archive: 'm.mp4', ok: true, chunks: 3 },
        { archive: 'more/m.mp4', ok: true, chunks: 3 },
        { archive: none, ok: false, failure: { kind: 'not_opened' } },
      ],
      milliseconds: { load: number, total: number },
    });
  });

  test('a pattern, for people; none that can be searched: each is named, exit code 1', async () => {
    const some = await memvisor(['search', '*.mp4', 'honey', '-k', '1'], { cwd: folder });
    expect(some.stdout).toMatch(/^1\. m\.mp4 › bees\.txt:1 — score [\d.]+, chunk 0, frame 1\n {3}Bees turn/);
    const ran = await memvisor(['search', 'x*.mp4', 'none.mp4', 'honey', '--mode', 'lexical'], {
      cwd: folder,
    });
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toMatch(
      /None of the archives can be searched\.\nnone\.mp4: .*\nNo video matches x\*\.mp4/,
    );
  });

  test('ends well when nobody reads its output any more, as with head -1', async () => {
    const { code, stderr } = await memvisor(['search', video, 'honey', '--mode', 'lexical'], {
      meanwhile: ({ stdout }) => stdout?.destroy(),
    });
    expect([code, stderr]).toEqual([0, '']);
  });
});

test('where stdout takes no more, it is told as what it is', async () => {
  const full = `"$0" "$@" > /dev/full`;
  const ran = await run('sh', ['-c', full, process.execPath, cliPath, 'info', video]);
  expect(ran).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^memvisor: stdout takes no more: .*\n$/),
  });
});

test('by way of npm, paths are those of the folder that it is called from', async () => {
  const script = fileURLToPath(new URL('../../../../scripts/memvisor.mjs', import.meta.url));
  const ran = await run(process.execPath, [script, 'info', 'm.mp4'], { env: { INIT_CWD: folder } });
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^video {6}m\.mp4/) });
});

describe('memvisor verify', () => {
  test('--json: all is well, exit code 0', async () => {
    const ran = await memvisor(['verify', video, '--json']);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(only(ran)).toEqual({ frames: 3, readable: 3, chunks: 3, mismatches: [] });
  });

  test('a damaged frame: the report on stdout, the reason on stderr, exit code 1', async () => {
    const damaged = join(folder, 'damaged.mp4');
    await writeFile(damaged, await withDamage(video));
    await copyFile(join(folder, 'm.mvx'), join(folder, 'damaged.mvx'));
    const ran = await memvisor(['verify', damaged, '--json']);

    expect(ran.code).toBe(1);
    // Which of the frames it is that can't be read is up to ffmpeg, which may put a copy in its place.
    const { mismatches } = only(ran) as { readonly mismatches: readonly object[] };
    expect(mismatches).toContainEqual({ kind: 'missing_chunks', count: 3 });
    expect(mismatches).toContainEqual({ kind: 'not_in_video', chunkId: 2, frame: 1 });
    expect(ran.stderr).toMatch(/^memvisor: .*damaged\.mp4: \d+ things are wrong\. Encode it again/);
  });

  test.each([
    ['no index', 'none.mvx', /none\.mvx/],
    ['the index of another video', 'other.mvx', /other\.mvx/],
  ])('%s: told as a mismatch, exit code 1', async (_, index, reason) => {
    if (index === 'other.mvx')
      await memvisor(['encode', '-', '--out', join(folder, 'other.mp4')], { input: 'Another text.' });
    const ran = await memvisor(['verify', video, '--index', join(folder, index), '--json']);
    expect(ran.code).toBe(1);
    expect(only(ran)).toMatchObject({
      readable: 3,
      mismatches: [{ kind: 'no_index', reason: expect.stringMatching(reason) }],
    });
    expect(ran.stderr).toContain('memvisor recover');
  });
});

describe('memvisor info', () => {
  test('--json: what video and index are', async () => {
    const ran = await memvisor(['info', video, '--json']);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(only(ran)).toMatchObject({
      video: { path: video, format: 'packed', profile: 'h264', frames: 3, chunks: 3, complete: true },
      index: { chunks: 3, sources: ['bees.txt', 'ships.txt', 'law.txt'], bytes: number },
    });
  });

  test('for people: the same in lines; without an index it says so', async () => {
    const { code, stdout } = await memvisor(['info', video, '--index', join(folder, 'none.mvx')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^video {6}.*m\.mp4/);
    expect(stdout).toMatch(/\nindex .*none\.mvx/);
    expect(stdout).toMatch(/\n {2}gzip +\d+ B +[\d.]+ × the text, for comparison\n/);
  });
});

/** The file with the picture of its middle frame overwritten; the largest box of an .mp4 holds the pictures. */
const withDamage = async (path: string): Promise<Buffer> => {
  const bytes = await readFile(path);
  const at = bytes.indexOf('mdat');
  const start = at + 4;
  const length = bytes.readUInt32BE(at - 4) - 8;
  bytes.fill(0x55, start + Math.floor(length * 0.4), start + Math.floor(length * 0.6));
  return bytes;
};
