import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../fault.js';
import { canMount, run, unmount } from '../machine.js';
import { layPrevious } from '../previous.js';
import type { Round } from '../round.js';

/** Bytes of the archive that stands there before. */
const previousBytes = ({ out }: Round): number =>
  statSync(join(out, 'm.mp4')).size + statSync(join(out, 'm.mvx')).size;

/** So little more than what is there already that the build does not fit. */
const tightRoom = (round: Round): number => previousBytes(round) + 8192 + round.chance.below(120_000);

export const placeFaults: readonly Fault[] = [
  {
    name: 'disk_full',
    how: 'the output folder is a file system too small (a tmpfs where it may be mounted, else a limit on what ffmpeg writes)',
    holds: 'a failure that says that there is no room',
    endings: ['failed', 'completed'],
    failures: /^(disk_full|codec\.ffmpeg_failed|codec\.not_a_video|codec\.unreadable_frames)$/,
    prepare: async (round) => {
      const bytes = tightRoom(round);
      round.note = `${bytes} bytes in all`;
      if (!(await canMount(join(round.means.folder, 'empty')))) {
        round.note += ', by a limit';
        round.ffmpegScript = `ulimit -f ${Math.ceil(round.chance.below(40_000) / 512)}; exec "$real" "$@"`;
        return;
      }
      await run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', round.out);
      round.mounts.push(round.out);
      layPrevious(round);
    },
    restore: async (round) => {
      round.struck = round.ending === 'failed';
      round.ffmpegScript = undefined;
      if (round.mounts.includes(round.out)) await run('mount', '-o', 'remount,size=64m', round.out);
    },
  },
  {
    name: 'output_read_only',
    how: 'the output folder becomes read-only before or during the build (a read-only mount, or its permissions)',
    holds: 'a failure that says so; what can not be removed then, the next build removes',
    endings: ['failed', 'completed'],
    failures: /^(unwritable|index|codec\.(unwritable|ffmpeg_failed|not_a_video))$/,
    leavesUntilNext: true,
    strike: async (round) => {
      if (!(await canMount(join(round.means.folder, 'empty')))) {
        chmodSync(round.out, 0o500);
      } else {
        // Read-only before it is put in place: a mount in which a file is being written can not be made so.
        const aside = `${round.out}.read-only`;
        mkdirSync(aside);
        await run('mount', '--bind', round.out, aside);
        round.mounts.push(aside);
        await run('mount', '-o', 'remount,bind,ro', aside);
        await run('mount', '--bind', aside, round.out);
        round.mounts.push(round.out);
      }
      round.struck = true;
    },
    restore: async (round) => {
      if (!round.mounts.includes(round.out)) return chmodSync(round.out, 0o755);
      for (const mount of round.mounts.splice(0).reverse()) await unmount(mount);
      rmSync(`${round.out}.read-only`, { recursive: true });
    },
  },
  {
    name: 'output_vanishes',
    how: 'the output folder is removed with all that is in it',
    holds: 'a failure that names the output; nothing is written elsewhere',
    endings: ['failed', 'completed'],
    failures:
      /^(unwritable|index|codec\.(unwritable|ffmpeg_failed|not_a_video|file_missing|file_unreadable))$/,
    takesFolder: true,
    strike: (round) => {
      rmSync(round.out, { recursive: true, force: true, maxRetries: 3 });
      round.struck = true;
    },
    restore: (round) => {
      rmSync(round.out, { recursive: true, force: true });
      mkdirSync(round.out);
    },
  },
  {
    name: 'output_becomes_a_file',
    how: 'the output folder is moved away and a file put in its place, before or during the build',
    holds: 'a failure that names the output; what the moved folder holds is removed by the next build in it',
    endings: ['failed', 'completed'],
    failures:
      /^(unwritable|index|codec\.(unwritable|ffmpeg_failed|not_a_video|file_missing|file_unreadable))$/,
    leavesUntilNext: true,
    strike: (round) => {
      renameSync(round.out, round.stash);
      writeFileSync(round.out, 'in the way');
      round.struck = true;
    },
    restore: (round) => {
      if (!existsSync(round.stash)) return;
      rmSync(round.out, { recursive: true, force: true });
      renameSync(round.stash, round.out);
    },
  },
];
