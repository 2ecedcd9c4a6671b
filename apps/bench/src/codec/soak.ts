import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Chunk,
  CodecError,
  type CodecPool,
  type ProfileName,
  profiles,
  verifyArchive,
  writeArchive,
} from '@memvisor/codec';

/** What a soak of one profile gave. */
export interface Soaked {
  readonly profile: string;
  readonly frames: number;
  /** Frames whose text came back byte by byte from the finished video. */
  readonly readable: number;
  /** Encodings that it took: above 1 where frames did not read back at first. */
  readonly attempts: number;
  readonly framesPerSecond: number;
}

/** Characters of base64 whose bytes fill a frame of each error correction, and whole frames only. */
const characters = { L: 3800, M: 3000, Q: 2100, H: 1600 } as const;

/** Writes that many frames of random text with a profile, chunk by chunk, and reads every one of them back. */
export const soakProfile = async (
  profile: ProfileName,
  frames: number,
  { pool, folder, say }: { pool: CodecPool; folder: string; say: (text: string) => void },
): Promise<Soaked> => {
  const { containers, errorCorrection } = profiles[profile];
  const path = join(folder, `soak-${profile}.${containers[0] ?? 'mkv'}`);
  const sums = new Map<number, string>();
  function* chunks(): Generator<Chunk> {
    for (let id = 0; id < frames; id++) {
      const text = randomBytes((characters[errorCorrection] * 3) / 4).toString('base64');
      sums.set(id, ends(text));
      yield { id, text };
    }
  }
  const begun = performance.now();
  let said = 0;
  const written = await writeArchive(chunks(), {
    path,
    profile,
    pool,
    onProgress: ({ stage, done }) => {
      if (performance.now() - said < 10_000) return;
      said = performance.now();
      say(`soak: ${profile}: ${stage} ${done}`);
    },
  });
  if (!written.ok) throw new CodecError(written.failure);
  const tookMs = performance.now() - begun;
  let wrong = 0;
  const verified = await verifyArchive(path, {
    pool,
    onChunk: ({ id, text }) => {
      if (sums.get(id) !== ends(text)) wrong += 1;
    },
  });
  if (!verified.ok) throw new CodecError(verified.failure);
  await rm(path);
  const { attempts, frames: all } = written.value;
  return {
    profile,
    frames: all,
    readable: verified.value.readable - wrong - verified.value.missingChunks,
    attempts,
    framesPerSecond: (all * 1000) / tookMs,
  };
};

/** Enough of a random text to know it by; the frame's checksum vouches for the rest. */
const ends = (text: string): string => text.slice(0, 12) + text.slice(-12);

export const soakText = (soaked: readonly Soaked[]): string =>
  soaked
    .map(
      ({ profile, frames, readable, attempts, framesPerSecond }) =>
        `${profile}: ${readable} of ${frames} frames read back, ${attempts} encoding${attempts === 1 ? '' : 's'}, ${framesPerSecond.toFixed(0)} frames/s`,
    )
    .join('\n');
