import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { filesIn, memvisor } from './cli.js';
import { ffmpegThat } from './ffmpeg-programs.js';

jest.setTimeout(120_000);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interrupted-'));
  await writeFile(join(folder, 'bees.txt'), 'Bees turn nectar into honey.');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Resolves when a file of this name is in the folder. */
const appears = async (name: string): Promise<void> => {
  const watching = new AbortController();
  const changes = watch(folder, { signal: watching.signal });
  if (existsSync(join(folder, name))) return watching.abort();
  for await (const { filename } of changes) if (filename === name) return;
};

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const tellPid = 'echo $$ > pid.new; mv pid.new pid;';
const encode = 'encode bees.txt --out m.mp4 --json --ffmpeg ./ffmpeg'.split(' ');

describe('an ffmpeg that fails in the middle', () => {
  test.each([
    ['exits', 'head -c 1000 >/dev/null; echo "Conversion failed!" >&2; exit 3', /code 3.*Conversion failed!/],
    ['is killed', 'head -c 1000 >/dev/null; kill -9 $$', /SIGKILL/],
    [
      'finds the disk full',
      'cat >/dev/null; echo "No space left on device" >&2; exit 1',
      /no room left on the disk.*m\.mp4/,
    ],
    ['writes nothing', 'cat >/dev/null; exit 0', /not a video|frames are unreadable/],
  ])('%s: the reason, exit code 1, and no file', async (_, script, says) => {
    await ffmpegThat(folder, 'ffmpeg', script);
    const before = filesIn(folder);
    const ran = await memvisor(encode, { cwd: folder });

    expect(ran).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(says) });
    expect(ran.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
    expect(filesIn(folder)).toEqual(before);
  });
});

describe('an interrupt in the middle of encode', () => {
  test.each([
    ['an ffmpeg at work', 'SIGINT', encode, false],
    ['stdin still open', 'SIGTERM', ['encode', '-', ...encode.slice(2)], true],
    ['a terminal that is closed', 'SIGHUP', encode, false],
  ] as const)(
    '%s, %s: it ends by that signal, with no file and no ffmpeg left',
    async (_, signal, args, holdStdin) => {
      await ffmpegThat(folder, 'ffmpeg', `${tellPid} exec sleep 60`);
      const before = filesIn(folder);
      const ran = await memvisor(args, {
        cwd: folder,
        input: 'A beginning.',
        holdStdin,
        meanwhile: (child) => void appears('pid').then(() => child.kill(signal)),
      });

      expect(ran).toMatchObject({
        // As a shell expects of what was interrupted; a loop would go on after an exit code.
        code: null,
        signal,
        stdout: '',
        stderr: 'memvisor: the build was cancelled; nothing was written\n',
      });
      expect(isRunning(Number(await readFile(join(folder, 'pid'), 'utf8')))).toBe(false);
      expect(filesIn(folder)).toEqual([...before, 'pid'].sort());
    },
  );
});
