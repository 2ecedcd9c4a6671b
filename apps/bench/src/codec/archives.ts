import { join } from 'node:path';
import {
  type Chunk,
  CodecError,
  type CodecPool,
  openArchive,
  type ProfileName,
  verifyArchive,
  writeArchive,
} from '@memvisor/codec';
import { median } from '../runtime/results.js';
import { containerFor } from './container.js';
import { readChunks } from './text.js';

/** What a whole archive of a profile gave. */
export interface ArchiveMeasured {
  readonly profile: string;
  readonly textBytes: number;
  readonly frames: number;
  /** Frames read back by `verifyArchive`, zlib and all. */
  readonly readable: number;
  readonly videoPerTextByte: number;
  /** Text in and video out, every frame read back, in megabytes a second: the median where there are several. */
  readonly megabytesPerSecond: number;
  /** Bytes of text that the speed was measured with. */
  readonly speedTextBytes: number;
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

/** Characters that the fast profiles get for the speed: what is started once weighs less than in a megabyte. */
const longText = 5_000_000;

/** Of these no decoder is kept running: each frame is an ffmpeg's start, and a thousand would take minutes. */
const hasNoDecoder = (profile: ProfileName): boolean => profile === 'av1' || profile === 'h265';

/** Writes the chunks with a profile, verifies, and fetches single frames with and without decoders that keep running. */
export const measureArchive = async (
  profile: ProfileName,
  text: string | undefined,
  { pool, folder, quick }: { pool: CodecPool; folder: string; quick: boolean },
): Promise<ArchiveMeasured> => {
  const path = join(folder, `archive-${profile}.${containerFor(profile)}`);
  const write = async (chunks: readonly Chunk[]) => {
    const begun = performance.now();
    const written = await writeArchive(chunks, { path, profile, pool });
    if (!written.ok) throw new CodecError(written.failure);
    return { ...written.value, tookMs: performance.now() - begun };
  };
  const cpu = process.cpuUsage();
  const small = await write(readChunks(text, quick ? 200_000 : 1_000_000));
  const { user, system } = process.cpuUsage(cpu);
  const isFast = profile === 'h264' || profile === 'lossless';
  const verified = await verifyArchive(path, { pool });
  if (!verified.ok) throw new CodecError(verified.failure);
  const warm = await fetchTimes(path, small.frames, 2, hasNoDecoder(profile) ? 100 : quick ? 200 : 1000);
  const cold = await fetchTimes(path, small.frames, 0, quick ? 10 : 30);
  const long = isFast && !quick ? readChunks(text, longText) : undefined;
  const speeds: number[] = [];
  let speedTextBytes = small.textBytes;
  if (long === undefined) speeds.push(small.textBytes / 1000 / small.tookMs);
  else
    for (let turn = 0; turn < 3; turn++) {
      const { textBytes, tookMs } = await write(long);
      speeds.push(textBytes / 1000 / tookMs);
      speedTextBytes = textBytes;
    }
  return {
    profile,
    textBytes: small.textBytes,
    frames: small.frames,
    readable: verified.value.readable,
    videoPerTextByte: small.videoBytes / small.textBytes,
    megabytesPerSecond: median(speeds),
    speedTextBytes,
    cpuMsPerFrame: (user + system) / 1000 / small.frames,
    warm,
    cold,
  };
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
