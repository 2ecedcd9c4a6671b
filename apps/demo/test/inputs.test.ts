import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findInputs } from '../src/inputs.js';

let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'inputs-')));
  for (const name of ['here/notes', 'elsewhere']) await mkdir(join(folder, name), { recursive: true });
  for (const name of ['here/a.md', 'here/notes/b.md', 'elsewhere/a.md', 'elsewhere/c.md'])
    await writeFile(join(folder, name), name);
  await symlink('loop', join(folder, 'here/loop'));
});
afterAll(() => rm(folder, { recursive: true }));

const found = async (...names: string[]) => {
  const args = names.map((name) => (name === '-' ? name : join(folder, name)));
  const { inputs, skipped } = await findInputs(args, { root: join(folder, 'here') });
  return [inputs.map(({ source }) => source), skipped.map(({ kind }) => kind)];
};

describe('what the arguments of encode name', () => {
  test('is taken once, however often it is named', async () => {
    expect(await found('here/a.md', 'here', 'here/notes', 'here/notes/../a.md', '-')).toEqual([
      ['a.md', 'notes/b.md', 'stdin'],
      [],
    ]);
  });

  test('has names that tell it apart, with no more of a path than that takes', async () => {
    expect(await found('here/a.md', 'elsewhere/a.md', 'elsewhere/c.md')).toEqual([
      [join(folder, 'here/a.md'), join(folder, 'elsewhere/a.md'), 'c.md'],
      [],
    ]);
  });
});
