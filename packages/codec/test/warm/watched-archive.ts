import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subscribe } from '@memvisor/supervisor';
import { type Archive, type CodecPool, openArchive, writeArchive } from '../../src/index.js';
import { inFolder, someChunks, unwrap } from '../support.js';

type Ports = { warm: number[]; cold: number; asked: number };

/** What ffmpegs start while the work goes on: those that keep running, and those for one range of frames. */
export const watchingPorts = async <Value>(work: (ports: Ports) => Promise<Value>): Promise<Value> => {
  const ports: Ports = { warm: [], cold: 0, asked: 0 };
  const unsubscribe = subscribe(
    (event) => {
      if (event.type !== 'port_start') return;
      if (event.command.includes('-f h264 -i pipe:0')) ports.warm.push(event.osPid as number);
      else if (event.command.endsWith('-version')) ports.asked += 1;
      else ports.cold += 1;
    },
    ['port_start'],
  );
  try {
    return await work(ports);
  } finally {
    unsubscribe();
  }
};

export type WithArchive = (
  name: string,
  options: { profile?: string; ffmpegPath?: string; decoders?: number },
  work: (archive: Archive, ports: Ports) => Promise<void>,
) => Promise<void>;

/** Writes an archive, opens it, and closes it after the work. What starts counts from the opening on. */
export const withArchiveOf =
  (pool: CodecPool): WithArchive =>
  (name, options, work) =>
    inFolder(async (folder) => {
      const path = join(folder, name);
      const { ffmpeg } = unwrap(
        await writeArchive(someChunks(120), { path, pool, profile: options.profile ?? 'h264' }),
      );
      process.env.REAL_FFMPEG = ffmpeg;
      await watchingPorts(async (ports) => {
        const archive = unwrap(await openArchive(path, { ...options, pool }));
        try {
          await work(archive, ports);
        } finally {
          await archive.close();
        }
      });
    });

/** What it says of itself; the word is what an ffmpeg is looked through for. */
export const ffmpegThat = async (folder: string, script: string): Promise<string> => {
  const program = join(folder, 'ffmpeg');
  await writeFile(program, `#!/bin/sh\n${script}\nexec "$REAL_FFMPEG" "$@"\nexit\n\0fps_mode\0\n`);
  await chmod(program, 0o755);
  return program;
};
