import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { findThrough } from '../src/find-documents.js';
import { findDocuments } from '../src/index.js';

test('what a folder holds: files with known names in order; nothing hidden, no links, no node_modules', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'find-'));
  const names = [
    'b.txt',
    'a/c.PDF',
    'a/b/d.epub',
    'a.ts',
    'x.png',
    'Makefile',
    '.git/e.txt',
    'node_modules/f.js',
  ];
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), 'x');
  }
  await symlink(folder, join(folder, 'again'));

  const found = await findDocuments(folder);
  expect(found).toEqual(['a.ts', 'a/b/d.epub', 'a/c.PDF', 'b.txt'].map((name) => join(folder, name)));
  await expect(findDocuments(join(folder, 'none'))).rejects.toThrow('no such file or directory');
  await expect(findDocuments(join(folder, 'b.txt'))).rejects.toThrow('no such file or directory');
  await rm(folder, { recursive: true });
});

test('a folder below that can not be read is told, and the rest is found', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'find-'));
  const locked = join(folder, 'b');
  for (const name of ['a', 'b', 'c']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'x.txt'), 'x');
  }
  // The administrator, as whom tests may run, can read everything.
  const find = findThrough(async (path) => {
    if (path === locked) throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
    return readdir(path, { withFileTypes: true });
  });
  const onUnreadable = jest.fn();
  const failure = { kind: 'not_readable', code: 'EACCES' };

  expect(await find(folder, { onUnreadable })).toEqual([join(folder, 'a/x.txt'), join(folder, 'c/x.txt')]);
  expect(onUnreadable.mock.calls).toEqual([[locked, failure]]);
  await expect(find(folder)).rejects.toMatchObject({ failure });
  await expect(find(locked, { onUnreadable })).rejects.toMatchObject({ failure });
  await rm(folder, { recursive: true });
});
