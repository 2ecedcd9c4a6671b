import { join } from 'node:path';
import {
  type Chunk,
  CodecError,
  type CodecPool,
  openArchive,
  profileNames,
  verifyArchive,
  writeArchive,
} from '@memvisor/codec';
import { containerFor } from './container.js';

/** What a whole archive of a profile gave. */
export interface ArchiveMeasured {
  readonly profile: string;
  readonly textBytes: number;
  readonly frames: number;
  /** Frames read back by `verifyArchive`, zlib and all. */
  readonly readable: number;
  readonly videoPerTextByte: number;
  /** Text in and video out, every frame read back, in megabytes a second. */
  readonly megabytesPerSecond: number;
  /** CPU time of all threads of this process for it, in milliseconds a frame; ffmpeg's is not in it. */
  readonly cpuMsPerFrame: number;
  readonly warm: Percentiles;
  readonly cold: Percentiles;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

/** Writes the chunks with each profile, verifies, and fetches single frames with and without decoders that keep running. */
export const measureArchives = async (
  chunks: readonly Chunk[],
  {
    pool,
    folder,
    quick,
    say,
  }: { pool: CodecPool; folder: string; quick: boolean; say: (text: string) => void },
): Promise<ArchiveMeasured[]> => {
  const measured: ArchiveMeasured[] = [];
  for (const profile of profileNames) {
    if (quick && profile === 'av1') continue;
    say(`archive: ${profile}`);
    const path = join(folder, `archive-${profile}.${containerFor(profile)}`);
    const cpu = process.cpuUsage();
    const begun = performance.now();
    const written = await writeArchive(chunks, { path, profile, pool });
    const tookMs = performance.now() - begun;
    const { user, system } = process.cpuUsage(cpu);
    if (!written.ok) {
      if (written.failure.kind !== 'ffmpeg_missing') throw new CodecError(written.failure);
      say(`${profile}: ${new CodecError(written.failure).message}`);
      continue;
    }
    const verified = await verifyArchive(path, { pool });
    if (!verified.ok) throw new CodecError(verified.failure);
    const { frames, textBytes, videoBytes } = written.value;
    measured.push({
      profile,
      textBytes,
      frames,
      readable: verified.value.readable,
      videoPerTextByte: videoBytes / textBytes,
      megabytesPerSecond: textBytes / 1000 / tookMs,
      cpuMsPerFrame: (user + system) / 1000 / frames,
      warm: await fetchTimes(path, frames, 2, quick ? 200 : 1000),
      cold: await fetchTimes(path, frames, 0, quick ? 10 : 30),
    });
  }
  return measured;
};

/** Frames asked for one after the other, none of them twice in a row; the first starts what is to be started. */
const fetchTimes = async (
  path: string,
  frames: number,
  decoders: number,
  count: number,
): Promise<Percentiles> => {
  const opened = await openArchive(path, { decoders });
  if (!opened.ok) throw new CodecError(opened.failure);
  const times: number[] = [];
  try {
    // The first ones also compile the code that reads.
    for (let at = -20; at < count; at++) {
      if (decoders === 0 && at < -1) continue;
      const frame = (((at + 20) * 37) % (frames - 2)) + 1;
      const begun = performance.now();
      const read = await opened.value.readFrames([frame]);
      const took = performance.now() - begun;
      if (!read.ok) throw new CodecError(read.failure);
      if (read.value[0]?.ok !== true) throw new Error(`${path}: frame ${frame} can not be read`);
      if (at >= 0) times.push(took);
    }
  } finally {
    await opened.value.close();
  }
  times.sort((one, other) => one - other);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), count: times.length };
};
