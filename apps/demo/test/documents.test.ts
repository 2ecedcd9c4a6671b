import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { filesIn, memvisor } from './cli.js';
import { twoPages } from './two-pages.js';

jest.setTimeout(120_000);

let folder = '';
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-documents-'));
  await mkdir(at('notes/deep'), { recursive: true });
  await writeFile(
    at('notes/animals.pdf'),
    twoPages('Cows give milk in the morning and in the evening too.', 'Bees make honey.'),
  );
  await writeFile(
    at('notes/deep/ships.md'),
    '# Ships\n\nBy sail.\n\n## Anchors\n\nAnchors are made of iron.\n',
  );
  await writeFile(at('notes/tree.html'), '<title>Trees</title><h1>Oaks</h1><p>Acorns fall from them.</p>');
  await writeFile(at('notes/loop.py'), '# no heading\nprint("volcano")\n');
  await writeFile(at('notes/broken.pdf'), '%PDF-1.7 and nothing else');
  await writeFile(at('notes/latin1.txt'), Buffer.from('caf\xe9', 'latin1'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (args: string) => memvisor(args.split(' '), { cwd: folder });
/** One answer of each file, by its source. */
const answers = async () => {
  const { stdout, stderr } = await memvisor(
    ['search', 'm.mp4', 'honey iron acorns volcano', '-k', '4', '--mode', 'lexical', '--json'],
    { cwd: folder },
  );
  if (stdout === '') throw new Error(stderr);
  const { results } = JSON.parse(stdout) as { readonly results: readonly { readonly source: string }[] };
  return Object.fromEntries(results.map((result) => [result.source, result]));
};

describe('memvisor encode of documents', () => {
  const metadata = { year: 1984, tag: 'a b', draft: false };
  const places = {
    'notes/animals.pdf': {
      text: 'Bees make honey.',
      start: 55,
      end: 71,
      page: 2,
      lines: [3, 3],
      headings: [],
      metadata,
    },
    'notes/deep/ships.md': { start: 0, end: 57, headings: ['Ships'], lines: [1, 7], metadata },
    'notes/tree.html': { start: 0, end: 35, headings: [], lines: [1, 5], metadata },
    'notes/loop.py': { start: 0, end: 30, lines: [1, 2], headings: [], metadata },
  };

  test('each answer says where it stands; what is broken is told and does not stop the rest', async () => {
    const { code, stdout, stderr } = await memvisor(
      'encode|notes|none.pdf|--out|m.mp4|--chunk-size|64|--overlap|0|--meta|year=1984|--meta|tag=a b|--meta|draft=false|--json'.split(
        '|',
      ),
      { cwd: folder },
    );

    expect([code, stderr.trimEnd().split('\n')]).toEqual([
      0,
      [
        expect.stringMatching(/^memvisor: skipped notes\/broken\.pdf: is damaged: .*\.$/),
        expect.stringMatching(/^memvisor: skipped notes\/latin1\.txt: not UTF-8 text .* iconv\.$/),
        expect.stringMatching(/^memvisor: skipped none\.pdf: there is no such file or directory/),
      ],
    ]);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      files: 4,
      skipped: [
        { file: 'notes/broken.pdf', kind: 'damaged', reason: expect.stringMatching(/^is damaged/) },
        { file: 'notes/latin1.txt', kind: 'not_text' },
        { file: 'none.pdf', kind: 'not_found' },
      ],
    });
    const found = await answers();
    expect(found).toMatchObject(places);
    expect(found['notes/tree.html']).not.toHaveProperty('page');
  });

  test('and says the same when nothing but the video is left', async () => {
    await rm(at('m.mvx'));
    const { code, stderr } = await run('recover m.mp4');
    expect([code, stderr]).toEqual([0, '']);
    expect(await answers()).toMatchObject(places);
  });
});

describe('when files can not be read', () => {
  test.each([
    [
      'none of them',
      'notes/broken.pdf none.txt',
      3,
      /skipped.*broken[\s\S]*skipped.*none[\s\S]*none of the 2 inputs/,
    ],
    ['the only one', 'notes/broken.pdf', 1, /^memvisor: notes\/broken\.pdf: is damaged/],
    [
      'one, with --strict',
      'notes/loop.py notes/broken.pdf --strict',
      1,
      /^memvisor: notes\/broken\.pdf: is damaged/,
    ],
  ])('%s: exit code 1, and no file is left', async (_what, args, lines, says) => {
    const before = filesIn(folder);
    const { code, stdout, stderr } = await run(`encode ${args} --out o.mp4 --json`);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split('\n')).toHaveLength(lines);
    expect(filesIn(folder)).toEqual(before);
  });

  test.each([['--meta year', /--meta.*Expected key=value/]])('%s is wrong usage', async (args, says) => {
    const { code, stderr } = await run(`encode notes/loop.py --out o.mp4 ${args}`);
    expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
  });
});
