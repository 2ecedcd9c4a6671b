import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ownMark, unfinishedPath } from '@memvisor/supervisor';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unfinished-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The mark of a process that ran here and has ended. */
const goneMark = (): string => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return ownMark().replace(/-[0-9]+-/, `-${pid}-`);
};

test('what a killed process left is removed; what lives, is elsewhere or has another name stays', async () => {
  const gone = goneMark();
  const kept = [
    `.m.mp4.unfinished-${ownMark()}-0badcafe.partial`,
    `.m.mp4.unfinished-${gone.replace(/^.{8}/, '00000000')}-0badcafe.partial`,
    `.m.mp4.unfinished-${gone}-0badcafe.partial.mine`,
    `m.mp4.unfinished-${gone}-0badcafe.partial`,
  ];
  const removed = [`.m.mp4.unfinished-${gone}-0badcafe.spool`, `.n.mvx.unfinished-${gone}-0badcafe.part`];
  for (const name of [...kept, ...removed]) await writeFile(join(folder, name), 'half');
  const directory = `.d.unfinished-${gone}-0badcafe`;
  await mkdir(join(folder, directory));

  const path = await unfinishedPath(join(folder, 'm.mp4'));

  expect((await readdir(folder)).sort()).toEqual([...kept, directory].sort());
  expect(basename(path)).toMatch(/^\.m\.mp4\.unfinished-[0-9a-f]{8}-\d+-[0-9a-f]{8}-[0-9a-f]{8}$/);
});

test('a name of any length leaves room for the mark, and a folder that is not there is no error', async () => {
  const path = await unfinishedPath(join(folder, 'gone', 'ü'.repeat(127)));
  expect(Buffer.byteLength(basename(path))).toBeLessThan(200);
});
