import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
import { BenchError } from '../benchmark.js';
import { soakTexts } from './soak-text.js';

/** What a soak of one profile has given so far. */
export interface SoakTally {
  readonly profile: ProfileName;
  /** Archives written and read. */
  readonly archives: number;
  readonly frames: number;
  /** Frames whose text came back byte by byte from the finished video. */
  readonly readable: number;
  /** Encodings beyond the first of an archive: made where frames did not read back at first. */
  readonly encodedAgain: number;
  /** Seconds of writing, and of reading everything afterwards. */
  readonly writeSeconds: number;
  readonly readSeconds: number;
}

/** A soak: what is random in it, and how far it has come. */
export interface Soak {
  readonly seed: number;
  readonly tallies: readonly SoakTally[];
}

type Means = { readonly pool: CodecPool; readonly folder: string; readonly say: (text: string) => void };

/** Frames of an archive: small enough that little is lost when a soak is stopped, and that disk and memory stay flat. */
const framesPerArchive = 2000;

/**
 * Goes on with a soak that a file holds, or begins one.
 *
 * @throws {BenchError} for a file that holds something else.
 */
export const loadSoak = (file: string | undefined, seed: number): Soak => {
  if (file === undefined || !existsSync(file)) return { seed, tallies: [] };
  const known = JSON.parse(readFileSync(file, 'utf8')) as Partial<Soak>;
  if (known.seed === undefined || known.tallies === undefined)
    throw new BenchError(`--keep ${file}: it holds no soak. Name another file, or remove this one.`);
  return known as Soak;
};

export const saveSoak = (file: string | undefined, soak: Soak): void => {
  if (file !== undefined) writeFileSync(file, JSON.stringify(soak, null, 1));
};

/**
 * Writes archives of each profile, the one with the fewest frames first, and reads every frame back, until each has
 * `frames`, a frame did not come back, or `isStopped` says so.
 */
export async function* soakProfiles(
  names: readonly ProfileName[],
  frames: number,
  from: Soak,
  means: Means,
  isStopped: () => boolean,
): AsyncGenerator<Soak, void, undefined> {
  const tallies = new Map(from.tallies.map((tally) => [tally.profile, tally]));
  const framesOf = (profile: ProfileName) => tallies.get(profile)?.frames ?? 0;
  for (;;) {
    const [next] = names
      .filter((profile) => framesOf(profile) < frames)
      .sort((a, b) => framesOf(a) - framesOf(b));
    if (next === undefined || isStopped()) return;
    const before = tallies.get(next) ?? none(next);
    const count = Math.min(framesPerArchive, frames - before.frames);
    const name = `${from.seed} ${next} ${before.archives}`;
    const one = await soakArchive(next, name, count, means).catch((error: unknown) => {
      // A terminal sends the signal that ends a soak to its ffmpeg too.
      if (isStopped()) return undefined;
      throw error;
    });
    if (one === undefined) return;
    const tally = sum(before, one);
    tallies.set(next, tally);
    means.say(`soak: ${next}: ${tally.readable} of ${tally.frames} frames read back`);
    yield { seed: from.seed, tallies: [...tallies.values()] };
    if (one.readable < one.frames) return;
  }
}

const none = (profile: ProfileName): SoakTally => ({
  profile,
  archives: 0,
  frames: 0,
  readable: 0,
  encodedAgain: 0,
  writeSeconds: 0,
  readSeconds: 0,
});

const sum = (a: SoakTally, b: SoakTally): SoakTally => ({
  profile: a.profile,
  archives: a.archives + b.archives,
  frames: a.frames + b.frames,
  readable: a.readable + b.readable,
  encodedAgain: a.encodedAgain + b.encodedAgain,
  writeSeconds: a.writeSeconds + b.writeSeconds,
  readSeconds: a.readSeconds + b.readSeconds,
});

const soakArchive = async (
  profile: ProfileName,
  name: string,
  frames: number,
  { pool, folder }: Means,
): Promise<SoakTally> => {
  const { containers, errorCorrection } = profiles[profile];
  const path = join(folder, `soak-${profile}.${containers[0] ?? 'mkv'}`);
  const textOf = soakTexts(name, errorCorrection);
  // Two frames are the archive's own: its head and its tail.
  const count = Math.max(1, frames - 2);
  function* chunks(): Generator<Chunk> {
    for (let id = 0; id < count; id++) yield { id, text: textOf(id) };
  }
  const begun = performance.now();
  const written = await writeArchive(chunks(), { path, profile, pool });
  if (!written.ok) throw new CodecError(written.failure);
  const wrote = performance.now();
  let right = 0;
  const verified = await verifyArchive(path, {
    pool,
    onChunk: ({ id, text }) => {
      if (id < count && text === textOf(id)) right += 1;
    },
  });
  if (!verified.ok) throw new CodecError(verified.failure);
  const readSeconds = (performance.now() - wrote) / 1000;
  await rm(path);
  return {
    profile,
    archives: 1,
    frames: written.value.frames,
    readable: verified.value.readable - (count - right),
    encodedAgain: written.value.attempts - 1,
    writeSeconds: (wrote - begun) / 1000,
    readSeconds,
  };
};
