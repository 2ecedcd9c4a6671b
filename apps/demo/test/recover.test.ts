import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { RecoveredTexts } from '../src/recovered-texts.js';
import { encodeThreeTexts } from './archive.js';
import { filesIn, memvisor } from './cli.js';

jest.setTimeout(120_000);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recover-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('memvisor recover', () => {
  test('without its index a video gives it back, and search answers as before; so do the texts', async () => {
    const video = await encodeThreeTexts(folder);
    const ask = async (): Promise<unknown> => {
      const { stdout } = await memvisor(['search', video, 'Which month did the vessel leave?', '--json']);
      return JSON.parse(stdout).results;
    };
    const before = await ask();
    await rm(join(folder, 'm.mvx'));
    const ran = await memvisor(['recover', 'm.mp4', '--out', 'texts', '--json'], { cwd: folder });

    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      video: 'm.mp4',
      index: { path: 'm.mvx', isSameModel: true },
      out: 'texts',
      texts: [
        { source: 'bees.txt', file: 'bees.txt', gaps: [] },
        { source: 'ships.txt' },
        { source: 'law.txt' },
      ],
      chunks: 3,
      unreadableFrames: 0,
      missingChunks: 0,
      complete: true,
    });
    expect(await ask()).toEqual(before);
    for (const name of ['bees.txt', 'ships.txt', 'law.txt'])
      expect(await readFile(join(folder, 'texts', name), 'utf8')).toBe(
        await readFile(join(folder, name), 'utf8'),
      );

    await mkdir(join(folder, 'plain'));
    expect((await stat(join(folder, 'texts'))).mode).toBe((await stat(join(folder, 'plain'))).mode);
    const again = await memvisor(['recover', 'm.mp4', '--out', 'texts', '--texts-only'], { cwd: folder });
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toMatch(/^memvisor: texts: there is something in it/);
  });

  test.each([
    ['a file that is no video', ['recover', 'bees.txt', '--out', 'texts'], 1, /bees\.txt/],
    ['--texts-only without a folder', ['recover', 'm.mp4', '--texts-only'], 2, /--out/],
    ['--texts-only with an index', ['recover', 'm.mp4', '--texts-only', '--index', 'x.mvx'], 2, /--index/],
  ])('%s: the reason, and nothing is left', async (_, args, code, says) => {
    await writeFile(join(folder, 'bees.txt'), 'Bees.');
    const ran = await memvisor(args, { cwd: folder });
    expect(ran).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
    expect(filesIn(folder)).toEqual(['bees.txt']);
  });
});

describe('RecoveredTexts', () => {
  const chunk = (source: string, start: number, text: string) => ({
    ...{ id: 0, headings: [], metadata: {} },
    ...{ source, start, text, end: start + text.length },
  });

  test.each([
    ['../../etc/passwd', 'etc/passwd'],
    ['/abs/../a.txt', 'abs/a.txt'],
    ['C:\\x\\y.txt', 'C_/x/y.txt'],
    ['a\u0000b\n.txt', 'a_b_.txt'],
    ['..', 'text'],
    ['report.PDF', 'report.PDF.txt'],
    ['book.epub', 'book.epub.txt'],
    ['page.html', 'page.html.txt'],
    ['notes.md', 'notes.md'],
    ['lone\ud800', 'lone_'],
    [`${'蜂'.repeat(120)}.md`, `${'蜂'.repeat(65)}.md`],
    [`${'deep/'.repeat(2000)}a.txt`, `${'deep/'.repeat(15)}a.txt`],
  ])('a source named %j stays within the folder', async (source, file) => {
    const texts = await RecoveredTexts.create(join(folder, 'out'));
    await texts.add(chunk(source, 0, 'x'));
    await texts.publish();
    expect(texts.texts).toEqual([{ source, file, characters: 1, gaps: [] }]);
    expect(await readFile(join(folder, 'out', file), 'utf8')).toBe('x');
  });

  test('overlaps are written once, gaps told, and a name that comes again is another text', async () => {
    const texts = await RecoveredTexts.create(join(folder, 'out'));
    for (const one of [
      chunk('a', 0, 'abcd'),
      chunk('a', 3, 'def'),
      chunk('a', 10, 'xy'),
      chunk('a', 0, 'other'),
      chunk('a/b', 0, 'below'),
      chunk('c.md', 0, 'first'),
      chunk('c.md', 0, 'second'),
      chunk('', 0, 'loose'),
    ])
      await texts.add(one);
    await texts.publish();

    expect(texts.texts.map(({ file, gaps }) => [file, gaps])).toEqual([
      ['a', [{ from: 6, to: 10 }]],
      ['a-2', []],
      ['a_b-2', []],
      ['c.md', []],
      ['c-2.md', []],
    ]);
    expect(await readFile(join(folder, 'out', 'a'), 'utf8')).toBe('abcdefxy');
    expect(texts.looseChunks).toBe(1);
    expect(await readFile(join(folder, 'out', 'chunks.jsonl'), 'utf8')).toMatch(/"text":"loose"/);
  });

  test('long names that are one when they are cut are several files', async () => {
    const texts = await RecoveredTexts.create(join(folder, 'out'));
    const path = `${'folder of a long name/'.repeat(20)}${'蜂'.repeat(90)}`;
    for (const end of ['a', 'b', 'c']) await texts.add(chunk(`${path}${end}`, 0, end));
    await texts.publish();
    expect(new Set(texts.texts.map(({ file }) => file)).size).toBe(3);
  });

  test('sources of one name get numbers, in time that grows with their number alone', async () => {
    const texts = await RecoveredTexts.create(join(folder, 'out'));
    const has = jest.spyOn(Set.prototype, 'has');
    for (let at = 0; at < 300; at++) await texts.add(chunk('a', 0, `${at}`));
    const looks = has.mock.calls.length;
    has.mockRestore();
    await texts.publish();
    expect(texts.texts.slice(-1)).toMatchObject([{ file: 'a-300' }]);
    // One by one from 2 on it would be 45,000 names.
    expect(looks).toBeLessThan(5000);
  });
});
