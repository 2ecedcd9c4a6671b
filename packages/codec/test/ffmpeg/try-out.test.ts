import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findFfmpeg } from '../../src/archive/find-ffmpeg.js';
import { probeVersion, tryOut } from '../../src/ffmpeg/probe.js';
import { trialOf } from '../../src/profiles/encode-arguments.js';
import { profiles } from '../../src/profiles/profiles.js';
import { inFolder, unwrap } from '../support.js';

const realFfmpeg = async () => unwrap(await findFfmpeg({ path: 'any.mp4' })).program;

/** An ffmpeg that keeps a list of its starts; `cases` come before what the real one does. */
const watched = async (folder: string, cases = '') => {
  const program = join(folder, 'ffmpeg');
  const log = join(folder, 'starts');
  const script = `#!/bin/sh\necho "$*" >> '${log}'\ncase "$*" in ${cases} *) exec '${await realFfmpeg()}' "$@" ;; esac\n`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  const starts = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return { program, starts };
};

test('an ffmpeg is started once to be known as able, for each profile and kind of file', () =>
  inFolder(async (folder) => {
    const { program, starts } = await watched(folder);
    const find = (path: string, profile: 'h264' | 'lossless') =>
      findFfmpeg({ path, profile, ffmpegPath: program });
    const found = unwrap(await find('a.mkv', 'lossless'));
    expect(await Promise.all([find('b.mkv', 'lossless'), find('c.mkv', 'lossless')])).toEqual([
      { ok: true, value: found },
      { ok: true, value: found },
    ]);
    expect(starts()).toHaveLength(1);
    await find('a.mp4', 'h264');
    expect(starts()).toHaveLength(2);
  }));

test('a trial tells the version that asking for it tells', async () => {
  const program = await realFfmpeg();
  const asked = await probeVersion(program);
  expect(asked).toMatchObject({ ok: true });
  expect(await tryOut(program, trialOf(profiles.lossless, 'mkv'))).toEqual(asked);
  expect(await tryOut(program, trialOf(profiles.h264, 'mp4'))).toEqual(asked);
});

test('a program that fails the trial is asked, and taken for what it says that it can', () =>
  inFolder(async (folder) => {
    const { program, starts } = await watched(folder, `*${devNull}*) exit 1 ;;`);
    expect(await findFfmpeg({ path: 'a.mp4', ffmpegPath: program })).toMatchObject({ ok: true });
    expect(starts()).toHaveLength(4);
  }));

test('what an ffmpeg lacks is named, though the trial only fails', async () => {
  const { arguments: args, pictureBytes } = trialOf({ ...profiles.h264, encoder: 'libnone' }, 'mp4');
  expect(await tryOut(await realFfmpeg(), { arguments: args, pictureBytes })).toMatchObject({ ok: false });
  await inFolder(async (folder) => {
    const { program } = await watched(
      folder,
      `*${devNull}*) exit 1 ;; *-encoders*) echo ' V..... png PNG' ;;`,
    );
    expect(await findFfmpeg({ path: 'a.mp4', ffmpegPath: program })).toMatchObject({
      ok: false,
      failure: { kind: 'ffmpeg_missing', tried: [{ reason: 'it lacks the encoder libx264' }] },
    });
  });
});
