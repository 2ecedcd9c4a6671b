import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { filesIn, memvisor } from './cli.js';

jest.setTimeout(120_000);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encode-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const seconds = {
  total: expect.any(Number),
  chunk: expect.any(Number),
  embed: expect.any(Number),
  qr: expect.any(Number),
  video: expect.any(Number),
  index: expect.any(Number),
};

describe('memvisor encode', () => {
  test('--json gives one object on stdout, silence on stderr, and exit code 0', async () => {
    await writeFile(join(folder, 'bees.txt'), 'Bees turn nectar into honey. 🐝\n');
    const { code, stdout, stderr } = await memvisor(['encode', 'bees.txt', '--out', 'm.mp4', '--json'], {
      cwd: folder,
    });

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(stdout)).toEqual({
      video: 'm.mp4',
      index: 'm.mvx',
      files: 1,
      skipped: [],
      chunks: 1,
      frames: 3,
      inputBytes: 34,
      videoBytes: expect.any(Number),
      indexBytes: expect.any(Number),
      sizes: expect.objectContaining({
        text: { bytes: 34, gzipBytes: expect.any(Number), brotliBytes: expect.any(Number) },
      }),
      ratios: expect.objectContaining({ gzip: expect.any(Number), total: expect.any(Number) }),
      seconds,
    });
    const { sizes, ratios, videoBytes, indexBytes } = JSON.parse(stdout);
    expect(sizes).toMatchObject({ videoBytes, index: { bytes: indexBytes } });
    const info = JSON.parse((await memvisor(['info', 'm.mp4', '--json'], { cwd: folder })).stdout);
    expect([info.sizes, info.ratios]).toEqual([sizes, ratios]);
    for (const took of Object.values(JSON.parse(stdout).seconds)) expect(took).toBeGreaterThan(0);
    expect(filesIn(folder)).toEqual(['bees.txt', 'm.mp4', 'm.mvx']);
  });

  test('takes files, every text below a directory and stdin; the options reach the encoder', async () => {
    await mkdir(join(folder, 'notes/deep'), { recursive: true });
    await writeFile(join(folder, 'a.txt'), 'First of all, a file.');
    await writeFile(join(folder, 'notes/b.md'), '# Ships\n\nThey sail.');
    await writeFile(join(folder, 'notes/deep/c.txt'), 'Deep down.');
    await writeFile(join(folder, 'notes/picture.png'), 'no text');
    const { code, stdout } = await memvisor(
      'encode a.txt notes - --out m.mkv --index other.mvx --codec lossless --format json --chunk-size 16 --overlap 4 --storage int8 --reduce-to 8 --json'.split(
        ' ',
      ),
      { cwd: folder, input: 'From a pipe.' },
    );

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ video: 'm.mkv', index: 'other.mvx', inputBytes: 62 });
    const { chunks, sizes } = JSON.parse(stdout);
    // What 512 numbers become 8 with, and of each chunk 8 bytes, a scale of 4 and a count.
    expect(sizes.index.parts.vectors).toBeLessThanOrEqual(512 * 8 * 4 + chunks * 13 + 2);
    expect(sizes.index.parts.vectors).toBeGreaterThan(512 * 8 * 4);
    expect(filesIn(folder)).toEqual(['a.txt', 'm.mkv', 'notes', 'other.mvx']);
    const info = await memvisor(['info', 'm.mkv', '--index', 'other.mvx', '--json'], { cwd: folder });
    expect(JSON.parse(info.stdout)).toMatchObject({
      video: { format: 'json' },
      index: { sources: ['a.txt', 'notes/b.md', 'notes/deep/c.txt', 'stdin'] },
    });
  });

  test.each([
    ['mov', 'h264'],
    ['webm', 'av1'],
  ])('writes .%s, which verify finds whole', async (container, codec) => {
    const video = join(folder, `m.${container}`);
    const encoded = await memvisor(['encode', '-', '--out', video, '--codec', codec], {
      input: 'Ships sail.',
    });
    if (codec === 'av1' && /no ffmpeg was found/.test(encoded.stderr)) return; // not every ffmpeg has libaom

    expect([encoded.code, encoded.stderr]).toEqual([0, '']);
    expect(encoded.stdout).toContain(video);
    const { code, stdout } = await memvisor(['verify', video, '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, { frames: 3, readable: 3, chunks: 1, mismatches: [] }]);
  });
});
