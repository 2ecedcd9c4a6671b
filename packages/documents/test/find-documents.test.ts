import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
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
