import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isOwnerGone, ownMark } from '@memvisor/supervisor';
import { stage } from '../../src/build/staging.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'staging-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The mark of a process that ran here and has ended. */
const goneMark = (): string => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return ownMark().replace(/-[0-9]+-/, `-${pid}-`);
};

describe('a build finds what another left beside its target', () => {
  const leave = async (name: string): Promise<string> => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'half.mp4'), 'half a video');
    return name;
  };

  test('and removes what a dead process left, whatever its target', async () => {
    await leave(`.other.mp4.building-${goneMark()}-0badcafe-abCD12`);
    const staging = await stage(join(folder, 'm.mp4'));
    await staging.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  test('but not what builds that begin at the same time have only just made', async () => {
    for (let round = 0; round < 20; round++) {
      const stagings = await Promise.all(
        Array.from({ length: 32 }, async (_, at) => {
          for (let turns = at; turns > 0; turns--) await setImmediate();
          return stage(join(folder, `${round}-${at}.mp4`));
        }),
      );
      const names = stagings.map(({ path }) => basename(dirname(path)));
      expect((await readdir(folder)).sort()).toEqual(names.sort());
      await Promise.all(stagings.map(({ discard }) => discard()));
    }
  });

  test('and removes what this process itself could not remove, but not what it works at', async () => {
    const running = await stage(join(folder, 'm.mp4'));
    const over = await stage(join(folder, 'n.mp4'));
    const away = join(folder, 'away');
    await rename(dirname(over.path), away);
    await over.discard();
    await rename(away, dirname(over.path));
    const next = await stage(join(folder, 'o.mp4'));
    const working = [basename(dirname(running.path)), basename(dirname(next.path))];
    expect((await readdir(folder)).sort()).toEqual(working.sort());
    await Promise.all([running.discard(), next.discard()]);
  });

  test('and leaves alone what lives, is elsewhere, or has another name', async () => {
    const kept = [
      await leave(`.m.mp4.building-${ownMark()}-0badcafe-abCD12`),
      await leave(`.m.mp4.building-${goneMark().replace(/^........-/, '00000000-')}-0badcafe-abCD12`),
      await leave('.m.mp4.building-abCD12'),
      await leave(`.m.mp4.building-${goneMark()}-0badcafe-abCD12-mine`),
      await leave(`m.mp4.building-${goneMark()}-0badcafe-abCD12`),
    ];
    const link = `.link.building-${goneMark()}-0badcafe-abCD12`;
    await symlink(folder, join(folder, link));
    const staging = await stage(join(folder, 'm.mp4'));
    await staging.discard();
    expect((await readdir(folder)).sort()).toEqual([...kept, link].sort());
  });
});

test('a process number that another process has now does not keep a folder', () => {
  expect(isOwnerGone(ownMark())).toBe(false);
  expect(isOwnerGone(ownMark().replace(/........$/, '00000000'))).toBe(process.platform === 'linux');
});

test('a name as long as the system allows can be staged', async () => {
  const target = join(folder, `${'ü'.repeat(125)}.mp4`);
  const staging = await stage(target);
  expect(basename(dirname(staging.path))).toContain('.building-');
  await writeFile(staging.path, 'whole');
  await staging.publish();
  await staging.discard();
  expect(await readdir(folder)).toEqual([basename(target)]);
});
