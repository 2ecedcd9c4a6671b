import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { expandArchives } from '../../src/archives/expand.js';

test('patterns find videos, each once, also behind links, but `**` goes through none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'expand-'));
  try {
    for (const name of ['notes/deep', 'far']) await mkdir(join(folder, name), { recursive: true });
    for (const name of ['notes/a.mp4', 'notes/a.mvx', 'notes/deep/b.MKV', 'far/c.mp4', 'notes/[x].mp4'])
      await writeFile(join(folder, name), '');
    await symlink(join(folder, 'far'), join(folder, 'notes/far'));
    await symlink('..', join(folder, 'notes/up'));
    const found = async (...patterns: string[]) => {
      const { paths, unmatched } = await expandArchives(patterns.map((pattern) => join(folder, pattern)));
      return [...paths, ...unmatched.map((one) => `no ${one}`)].map((path) => path.replace(`${folder}/`, ''));
    };

    expect(await found('notes/**/*.{mp4,mkv,MKV}')).toEqual([
      'notes/[x].mp4',
      'notes/a.mp4',
      'notes/deep/b.MKV',
    ]);
    expect(await found('notes/far/*.mp4', 'far/?.mp4')).toEqual(['notes/far/c.mp4', 'far/c.mp4']);
    expect(await found('notes/[x].mp4', 'notes/a*', 'none/*')).toEqual([
      'notes/[x].mp4',
      'notes/a.mp4',
      'no none/*',
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
