import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { freshBundle, inputsFile } from '../src/bundle.js';
import { encodeThreeTexts } from './archive.js';
import { type CliRun, run } from './cli.js';

jest.setTimeout(120_000);

const root = fileURLToPath(new URL('../../../../', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('freshBundle', () => {
  const changed = new Date(1_700_000_000_000);
  /** A bundle of one file, `source.js`, beside its folder. */
  const makeBundle = async (name: string) => {
    const [source, bundle] = [join(folder, `${name}.js`), join(folder, name)];
    await writeFile(source, 'source');
    await utimes(source, changed, changed);
    await mkdir(join(bundle, 'now'), { recursive: true });
    await writeFile(join(bundle, 'now', 'main.js'), '');
    const files = { [`../${name}.js`]: ['source'.length, changed.getTime()] };
    await writeFile(join(bundle, inputsFile), JSON.stringify({ folder: 'now', files }));
    return { source, bundle };
  };

  test('the program of a bundle whose files are as they were', async () => {
    const { bundle } = await makeBundle('same');

    expect(freshBundle(bundle)).toBe(pathToFileURL(join(bundle, 'now', 'main.js')).href);
  });

  test.each<[string, (source: string, bundle: string) => Promise<void>]>([
    ['a file was written again', (source) => writeFile(source, 'source')],
    ['a file has grown', (source) => writeFile(source, 'more').then(() => utimes(source, changed, changed))],
    ['a file is gone', (source) => rm(source)],
    ['the list is cut off', (_source, bundle) => writeFile(join(bundle, inputsFile), '{"files": {')],
    ['the list is of another kind', (_source, bundle) => writeFile(join(bundle, inputsFile), '{}')],
    ['there is no list', (_source, bundle) => rm(join(bundle, inputsFile))],
    ['the program is gone', (_source, bundle) => rm(join(bundle, 'now'), { recursive: true })],
  ])('none where %s', async (what, change) => {
    const { source, bundle } = await makeBundle(what.replaceAll(' ', '-'));
    await change(source, bundle);

    expect(freshBundle(bundle)).toBeUndefined();
  });
});

describe('the bundle and the files that it was made of', () => {
  let bundled = '';
  let program = '';
  let video = '';
  beforeAll(async () => {
    bundled = join(folder, 'made');
    // Two of days ago: the one that is taken until now, and one from before that.
    for (const name of ['last', 'older']) {
      await mkdir(join(bundled, name), { recursive: true });
      await utimes(join(bundled, name), 0, 0);
    }
    await writeFile(join(bundled, inputsFile), JSON.stringify({ folder: 'last', files: {} }));
    const made = spawnSync(process.execPath, [join(root, 'scripts/bundle.mjs'), '--out', bundled]);
    expect([made.status, String(made.stderr)]).toEqual([0, '']);
    program = freshBundle(bundled) ?? '';
    video = await encodeThreeTexts(folder);
  });

  const plain = fileURLToPath(new URL('../src/main.js', import.meta.url));
  /** Whatever is measured differs from run to run. */
  const withoutTimes = ({ stdout, stderr, code }: CliRun) => ({
    code,
    stdout: stdout
      .replace(/"milliseconds":\{[^}]*\}/, '')
      .replace(/in \d+ ms \(start .*\)|"seconds":[\d.]+/, 'time'),
    stderr,
  });

  test.each<[string, (video: string) => readonly string[]]>([
    ['search', (video) => ['search', video, 'Which month did the vessel leave?', '--json']],
    ['search by words', (video) => ['search', video, 'ship', '--mode', 'lexical', '--passages']],
    ['verify', (video) => ['verify', video, '--json']],
    ['an index that is missing', (video) => ['search', video, 'ship', '--index', `${video}.none.mvx`]],
    ['an ffmpeg that is missing', (video) => ['search', video, 'ship', '--ffmpeg', '/none/ffmpeg']],
    ['a wrong option', (video) => ['search', video, 'ship', '--none']],
  ])('say the same: %s', async (_what, args) => {
    const [ofFiles, ofBundle] = await Promise.all(
      [plain, fileURLToPath(program)].map((file) => run(process.execPath, [file, ...args(video)])),
    );

    expect(withoutTimes(ofBundle as CliRun)).toEqual(withoutTimes(ofFiles as CliRun));
  });

  test('the bundle of before stays for commands under way, however old it is; those of days before go', async () => {
    expect((await readdir(bundled)).sort()).toEqual(
      [basename(dirname(fileURLToPath(program))), inputsFile, 'last'].sort(),
    );
  });

  test('the index is served by the bundle, threads and other processes by the files where they lie', async () => {
    const inputs = Object.keys(JSON.parse(await readFile(join(bundled, inputsFile), 'utf8')).files);

    expect(inputs.filter((path) => path.endsWith('server/index-child.js'))).toHaveLength(1);
    expect(inputs.filter((path) => /writer-child|pool.worker|partitions.child/.test(path))).toEqual([]);
  });
});
