import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startWorkerThread } from '@memvisor/supervisor';
import { defaultCacheFolder } from '../src/cache/folder.js';
import { defaultModelName } from '../src/default-model/build.js';
import { prepareDefaultModel } from '../src/index.js';
import { libraryTokenizer } from '../src/tokenizer/library.js';

let cacheFolder: string;
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'default-model-'));
});
afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

const folderOf = (precision: 'fp32' | 'fp16' | 'int8'): string =>
  join(cacheFolder, defaultModelName(precision));
const sizes = { fp32: 28_038_648, fp16: 14_112_744, int8: 8_262_936 };

/** In a thread: jest's realm makes plain computing many times slower. */
const buildDefaultModel = async (folder: string, precision: string): Promise<boolean> => {
  const worker = startWorkerThread<object, boolean>(
    new URL('../src/default-model/build-thread.js', import.meta.url),
  );
  return worker.request({ folder, precision }).finally(() => worker.stop());
};

describe('buildDefaultModel', () => {
  test.each(['fp32', 'fp16', 'int8'] as const)(
    'in %s writes a standard model folder, and nothing the second time',
    async (precision) => {
      const folder = folderOf(precision);

      expect(await buildDefaultModel(folder, precision)).toBe(true);
      expect(await buildDefaultModel(folder, precision)).toBe(false);

      expect((await readdir(folder)).sort()).toEqual([
        'LICENSE',
        'config.json',
        'model.onnx',
        'tokenizer.json',
      ]);
      expect((await readFile(join(folder, 'model.onnx'))).length).toBe(sizes[precision]);
      expect(await readdir(cacheFolder)).toEqual([defaultModelName(precision)]);
    },
  );

  test('the tokenizer.json also works in the tokenizers library', async () => {
    await buildDefaultModel(folderOf('int8'), 'int8');
    const json = JSON.parse(await readFile(join(folderOf('int8'), 'tokenizer.json'), 'utf8'));
    expect(libraryTokenizer(json, {}, 0).encode('Hello world').length).toBe(3);
  });

  test('all may read it whom the umask lets: who makes an image is not who runs in it', async () => {
    await buildDefaultModel(folderOf('int8'), 'int8');
    await mkdir(join(cacheFolder, 'plain'));
    expect((await stat(folderOf('int8'))).mode).toBe((await stat(join(cacheFolder, 'plain'))).mode);
  });

  test('two builders at once leave one whole folder', async () => {
    const built = await Promise.all([1, 2].map(() => buildDefaultModel(folderOf('int8'), 'int8')));

    expect(built).toContain(true);
    expect(await buildDefaultModel(folderOf('int8'), 'int8')).toBe(false);
    expect(await readdir(cacheFolder)).toEqual([defaultModelName('int8')]);
  });

  test('a damaged folder is built anew', async () => {
    await buildDefaultModel(folderOf('int8'), 'int8');
    await truncate(join(folderOf('int8'), 'model.onnx'), 1000);
    expect(await buildDefaultModel(folderOf('int8'), 'int8')).toBe(true);
    expect((await readFile(join(folderOf('int8'), 'model.onnx'))).length).toBe(sizes.int8);
  });

  test('what a killed builder left is removed after a day, and not before', async () => {
    const [old, young] = ['aaaaaa', 'bbbbbb'].map((end) =>
      join(cacheFolder, `.${defaultModelName('int8')}-${end}`),
    );
    for (const folder of [old, young]) await mkdir(folder ?? '');
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    await utimes(old ?? '', twoDaysAgo, twoDaysAgo);
    await buildDefaultModel(folderOf('int8'), 'int8');
    expect((await readdir(cacheFolder)).sort()).toEqual([
      `.${defaultModelName('int8')}-bbbbbb`,
      defaultModelName('int8'),
    ]);
  });
});

describe('prepareDefaultModel', () => {
  test('builds in the cache folder it is given, off this thread', async () => {
    const prepared = await prepareDefaultModel({ precision: 'int8', cacheFolder });
    expect(prepared).toEqual({ ok: true, folder: join(cacheFolder, 'models', defaultModelName('int8')) });
  });

  test('a cache folder that can’t be written is a failure that names it', async () => {
    const file = join(cacheFolder, 'file');
    await writeFile(file, '');
    await chmod(file, 0o400);
    expect(await prepareDefaultModel({ precision: 'int8', cacheFolder: file })).toMatchObject({
      ok: false,
      failure: {
        kind: 'build_failed',
        folder: expect.stringContaining(file),
        detail: expect.stringContaining('ENOTDIR'),
      },
    });
  });
});

describe('defaultCacheFolder', () => {
  test.each([
    [{ MEMVISOR_CACHE: '/m', XDG_CACHE_HOME: '/x' }, 'linux', '/m'],
    [{ XDG_CACHE_HOME: '/x' }, 'linux', join('/x', 'memvisor')],
    [{}, 'linux', expect.stringMatching(/\.cache.memvisor$/)],
    [{}, 'darwin', expect.stringMatching(/Library.Caches.memvisor$/)],
    [{ LOCALAPPDATA: '/local' }, 'win32', join('/local', 'memvisor', 'Cache')],
  ] as const)('of %j on %s is %s', (environment, platform, expected) => {
    expect(defaultCacheFolder(environment, platform)).toEqual(expected);
  });
});
