import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { OptionError } from '@memvisor/supervisor';
import { fail } from '../codec-error.js';
import type { Trial } from '../profiles/encode-arguments.js';
import { encoderHasOption, probeAbilities, probeVersion, tryOut } from './probe.js';
import type { TriedPlace } from './tried-place.js';

/** An ffmpeg that can do what was asked for. */
export type Ffmpeg = {
  readonly program: string;
  /** Where it was found: `option`, `FFMPEG_PATH`, `ffmpeg-static`, `PATH` or `@ffmpeg-installer/ffmpeg`. */
  readonly place: string;
  /** How this version spells that frames are neither doubled nor dropped. */
  readonly passthrough: readonly string[];
  /** Longest time in milliseconds without any progress before it is ended. */
  readonly stallTimeoutMs: number;
};

/** What an ffmpeg must be able to do. */
export type FfmpegNeed = {
  /** For the error: "encode h264 in mp4". */
  readonly purpose: string;
  readonly encoder?: string;
  readonly encoderOption?: string | undefined;
  readonly muxer?: string;
  /** What shows all of this at once; where it does not, the program is asked. */
  readonly trial?: Trial;
};

/** Where ffmpeg is looked for. */
export type LocateOptions = {
  /**
   * The ffmpeg to use. No other is looked for then.
   * @defaultValue the first of `FFMPEG_PATH`, ffmpeg-static, `PATH`, `@ffmpeg-installer/ffmpeg` that can do the work
   */
  readonly ffmpegPath?: string | undefined;
  /**
   * Milliseconds, from 1, for which ffmpeg may neither take nor give anything while it is waited for. Past it, it is
   * ended: `ffmpeg_stalled`.
   * @defaultValue `60000`
   */
  readonly stallTimeoutMs?: number | undefined;
};

type Candidate = { readonly place: string; readonly program: string } | TriedPlace;

/** The first ffmpeg that can do what is needed; fails with every place tried. */
export const locateFfmpeg = async (need: FfmpegNeed, options: LocateOptions): Promise<Ffmpeg> => {
  const stallTimeoutMs = checkedTimeout(options);
  const tried: TriedPlace[] = [];
  for (const find of placesFor(options)) {
    const candidate = await find();
    if ('reason' in candidate) {
      tried.push(candidate);
      continue;
    }
    const found = await consider(candidate, need);
    if ('passthrough' in found) return { ...found, stallTimeoutMs };
    tried.push(found);
  }
  return fail({ kind: 'ffmpeg_missing', need: need.purpose, tried });
};

/** What a program that only has to read must be able to do, beyond being an ffmpeg. */
const noAbilities = { ok: true, value: { encoders: new Set<string>(), muxers: new Set<string>() } } as const;

const consider = async (
  { place, program }: { readonly place: string; readonly program: string },
  { encoder, encoderOption, muxer, trial }: FfmpegNeed,
): Promise<Omit<Ffmpeg, 'stallTimeoutMs'> | TriedPlace> => {
  const found = (libavcodec: number) => ({
    program,
    place,
    passthrough: libavcodec >= 59.037 ? newerPassthrough : olderPassthrough,
  });
  const shown = trial === undefined ? undefined : await tryOut(program, trial);
  if (shown?.ok === true) return found(shown.value);
  const writes = encoder !== undefined || muxer !== undefined;
  const [version, abilities] = await Promise.all([
    probeVersion(program),
    writes ? probeAbilities(program) : noAbilities,
  ]);
  const refused = (reason: string): TriedPlace => ({ place, program, reason });
  if (!version.ok) return refused(version.reason);
  if (!abilities.ok) return refused(abilities.reason);
  const { encoders, muxers } = abilities.value;
  if (encoder !== undefined && !encoders.has(encoder)) return refused(`it lacks the encoder ${encoder}`);
  if (muxer !== undefined && !muxers.has(muxer)) return refused(`it can not write ${muxer} files`);
  if (
    encoder !== undefined &&
    encoderOption !== undefined &&
    !(await encoderHasOption(program, encoder, encoderOption))
  )
    return refused(`its ${encoder} is too old: it has no ${encoderOption}`);
  return found(version.value);
};

// -vsync became -fps_mode in ffmpeg 5.1.
const newerPassthrough = ['-fps_mode', 'passthrough'];
const olderPassthrough = ['-vsync', 'passthrough'];

/** A program that uses libraries is smaller; one that has them inside starts so fast that it may as well be asked. */
const mostBytesLookedThrough = 4_000_000;

/**
 * The ffmpeg that would be the first to be asked, if it need not be: one that has the newer option's name in it. Starting one to
 * ask its version takes 70 ms with Debian's. Nobody has seen it work: who is let down asks {@link locateFfmpeg}.
 */
export const likelyFfmpeg = async (options: LocateOptions): Promise<Ffmpeg | undefined> => {
  const stallTimeoutMs = checkedTimeout(options);
  for (const find of placesFor(options)) {
    const candidate = await find();
    if ('reason' in candidate) continue;
    const { program, place } = candidate;
    try {
      if ((await stat(program)).size > mostBytesLookedThrough) return undefined;
      if (!(await readFile(program)).includes('\0fps_mode\0')) return undefined;
    } catch {
      return undefined;
    }
    return { program, place, passthrough: newerPassthrough, stallTimeoutMs };
  }
  return undefined;
};

const checkedTimeout = ({ stallTimeoutMs = 60_000 }: LocateOptions): number => {
  if (!(stallTimeoutMs >= 1)) throw new OptionError('stallTimeoutMs', stallTimeoutMs, 'milliseconds, from 1');
  return stallTimeoutMs;
};

const placesFor = ({ ffmpegPath }: LocateOptions): readonly (() => Promise<Candidate>)[] =>
  ffmpegPath === undefined ? places : [atPath('option', ffmpegPath)];

const atPath = (place: string, program: string | undefined) => async (): Promise<Candidate> =>
  program === undefined || program === ''
    ? { place, reason: 'not set' }
    : (await isExecutable(program))
      ? { place, program }
      : { place, program, reason: (await exists(program)) ? 'may not be executed' : 'no such program' };

const fromPackage =
  (place: string, load: (require: NodeJS.Require) => unknown) => async (): Promise<Candidate> => {
    try {
      const program = load(createRequire(import.meta.url));
      if (typeof program !== 'string') return { place, reason: 'has no program for this platform' };
      return atPath(place, program)();
    } catch {
      return { place, reason: 'not installed' };
    }
  };

const onPath = async (): Promise<Candidate> => {
  const names = process.platform === 'win32' ? ['ffmpeg.exe'] : ['ffmpeg'];
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== ''))
    for (const name of names) {
      const program = join(folder, name);
      if (await isExecutable(program)) return { place: 'PATH', program };
    }
  return { place: 'PATH', reason: 'no ffmpeg on it' };
};

const exists = (program: string): Promise<boolean> =>
  access(program).then(
    () => true,
    () => false,
  );

const isExecutable = (program: string): Promise<boolean> =>
  access(program, constants.X_OK).then(
    () => true,
    () => false,
  );

const places: readonly (() => Promise<Candidate>)[] = [
  () => atPath('FFMPEG_PATH', process.env.FFMPEG_PATH)(),
  fromPackage('ffmpeg-static', (require) => require('ffmpeg-static')),
  onPath,
  fromPackage('@ffmpeg-installer/ffmpeg', (require) => require('@ffmpeg-installer/ffmpeg').path),
];
