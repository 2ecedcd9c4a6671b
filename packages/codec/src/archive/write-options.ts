import { OptionError } from '@memvisor/supervisor';
import type { JsonObject } from '../chunk.js';
import { fail } from '../codec-error.js';
import type { FrameFormat } from '../frames/frame-content.js';
import type { JobRunner } from '../pool/jobs.js';
import { type Container, containerOf, containers } from '../profiles/container.js';
import type { Profile } from '../profiles/profile.js';
import { findProfile, profileNames, profiles } from '../profiles/profiles.js';
import type { ErrorCorrection } from '../qr/symbol.js';

/** How far the writing has come. */
export type WriteProgress = {
  /** `encode`: frames go into the video. `verify`: every frame is read back. */
  readonly stage: 'encode' | 'verify';
  /** Frames done in this stage. */
  readonly done: number;
  /** Frames in all, once known. */
  readonly total: number | undefined;
  /** Chunks that are in frames by now. */
  readonly chunks: number;
  /** How often the video had to be encoded again because frames were unreadable. */
  readonly attempt: number;
};

/** How an archive is written; only the path must be given. */
export type WriteArchiveOptions = {
  /** The video to write: .mp4, .mkv, .mov or .webm. An existing file is replaced, once the new one is complete. */
  readonly path: string;
  /** Name or alias of a profile: `h264`, `h265` (`hevc`), `av1`, `lossless`, `robust`. @defaultValue `h264` */
  readonly profile?: string;
  /** @defaultValue `packed` */
  readonly format?: FrameFormat;
  /** L 7 %, M 15 %, Q 25 %, H 30 % of a QR code may be lost. @defaultValue the profile's */
  readonly errorCorrection?: ErrorCorrection;
  /** Frames per second, above 0 up to 240: how long each is shown. Reading does not depend on it. @defaultValue `30` */
  readonly frameRate?: number;
  /** Stored in the first frames. `packed` only. @defaultValue `{}` */
  readonly metadata?: JsonObject;
  /** Asked for when the last chunk is in, and stored in the last frames. `packed` only. @defaultValue none */
  readonly finalMetadata?: () => JsonObject;
  /**
   * Whether frames are added from which lost ones are computed: any 2 % of the frames may then be damaged or missing,
   * in one place or many, and every text comes back. `packed` only. Costs a tenth of the size and of the time.
   * @defaultValue `false`
   */
  readonly parity?: boolean;
  /**
   * Whether every frame is read back before the work counts as done; a video with unreadable frames is encoded again
   * with safer settings, up to twice.
   * @defaultValue `true`
   */
  readonly verify?: boolean;
  /**
   * Threads to work in. @defaultValue threads in the background, which all archives that are written at the same time have in
   * common; they end with the last of these
   */
  readonly pool?: JobRunner;
  /** The ffmpeg to use. @defaultValue the first one found that can do it, see {@link findFfmpeg} */
  readonly ffmpegPath?: string | undefined;
  /** Milliseconds for which ffmpeg may make no progress before it is ended: `ffmpeg_stalled`. @defaultValue `60000` */
  readonly stallTimeoutMs?: number | undefined;
  /** Stops the work: `cancelled`. */
  readonly signal?: AbortSignal;
  /** Told after each batch of frames. Must not throw. */
  readonly onProgress?: (progress: WriteProgress) => void;
};

/** Options with every default in place, checked. */
export type WriteSettings = {
  readonly path: string;
  readonly profile: Profile;
  readonly container: Container;
  readonly format: FrameFormat;
  readonly errorCorrection: ErrorCorrection;
  readonly frameRate: number;
  readonly verify: boolean;
  readonly parity: boolean;
};

const known: { readonly [name in keyof WriteArchiveOptions]-?: true } = {
  path: true,
  profile: true,
  format: true,
  errorCorrection: true,
  frameRate: true,
  metadata: true,
  finalMetadata: true,
  parity: true,
  verify: true,
  pool: true,
  ffmpegPath: true,
  stallTimeoutMs: true,
  signal: true,
  onProgress: true,
};

/** @throws {OptionError} for an option that can not be used; fails where profile and container do not fit. */
export const checkWriteOptions = (options: WriteArchiveOptions): WriteSettings => {
  for (const [name, value] of Object.entries(options))
    if (!Object.hasOwn(known, name)) throw new OptionError(name, value, 'no option of this name');
  const { path, format = 'packed', frameRate = 30, verify = true, parity = false } = options;
  if (typeof path !== 'string' || path === '')
    throw new OptionError('path', path, 'the path of the video to write');
  const profile = findProfile(options.profile ?? 'h264');
  if (profile === undefined)
    throw new OptionError('profile', options.profile, `one of ${profileNames.join(', ')} or hevc`);
  if (format !== 'packed' && format !== 'json') throw new OptionError('format', format, 'packed or json');
  if (!(frameRate > 0 && frameRate <= 240))
    throw new OptionError('frameRate', frameRate, 'above 0, up to 240');
  const errorCorrection = options.errorCorrection ?? profile.errorCorrection;
  if (!['L', 'M', 'Q', 'H'].includes(errorCorrection))
    throw new OptionError('errorCorrection', errorCorrection, 'L, M, Q or H');
  if (typeof parity !== 'boolean' || (parity && format === 'json'))
    throw new OptionError('parity', parity, format === 'json' ? 'false for json' : 'true or false');
  const container = fitContainer(path, profile);
  return { path, profile, container, format, errorCorrection, frameRate, verify, parity };
};

/** The container that the path asks for, if the profile can live in it. */
export const fitContainer = (path: string, profile: Profile): Container => {
  const container = containerOf(path);
  if (container !== undefined && profile.containers.includes(container)) return container;
  const others = profileNames.filter(
    (name) => container !== undefined && profiles[name].containers.includes(container),
  );
  const extensions = profile.containers.map((name) => `.${name}`).join(', ');
  return fail({
    kind: 'container_unfit',
    path,
    profile: profile.name,
    instead: [
      `a path that ends in one of ${extensions}`,
      ...(others.length > 0 ? [`the profile ${others.join(' or ')} for a .${container}`] : []),
      ...(container === undefined
        ? [`known kinds of file: ${containers.map((name) => `.${name}`).join(', ')}`]
        : []),
    ],
  });
};
