import type { Profile, ProfileName } from './profile.js';

/*
 * The settings are measured (docs/benchmarks and docs/decisions/0103): every frame is a key frame, which costs
 * nothing for pictures that have nothing in common and makes each reachable by itself. What helps pictures for eyes
 * (adaptive quantization, psychovisual tuning, deblocking) only blurs modules and is off.
 */

const x264 = (quantizer: number): string[] => [
  '-preset',
  'veryfast',
  '-qp',
  String(quantizer),
  '-g',
  '1',
  '-x264-params',
  'keyint=1:aq-mode=0:no-psy=1:no-deblock=1:deadzone-intra=5',
];

/** The shipped profiles. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  h264: {
    name: 'h264',
    purpose: 'plays anywhere, encodes fast',
    plays: 'every browser, player and editor',
    encoder: 'libx264',
    pixelFormat: 'yuv420p',
    pixelsPerModule: 1,
    errorCorrection: 'L',
    containers: ['mp4', 'mkv', 'mov'],
    quantizer: { value: 48, saferBy: 3 },
    encoderArguments: x264,
  },
  h265: {
    name: 'h265',
    purpose: 'for tools that want HEVC; larger and slower than h264 for this kind of picture',
    plays: 'Safari, most players, other browsers where the hardware decodes HEVC',
    encoder: 'libx265',
    pixelFormat: 'yuv420p',
    pixelsPerModule: 1,
    errorCorrection: 'L',
    containers: ['mp4', 'mkv', 'mov'],
    quantizer: { value: 47, saferBy: 3 },
    encoderArguments: (quantizer) => [
      '-preset',
      'superfast',
      '-x265-params',
      `qp=${quantizer}:keyint=1:aq-mode=0:psy-rd=0:psy-rdoq=0:no-deblock=1:no-sao=1:tskip=1:log-level=error`,
    ],
    tag: 'hvc1',
  },
  av1: {
    name: 'av1',
    purpose: 'the smallest that browsers play; slow to encode',
    plays: 'current browsers and players',
    encoder: 'libaom-av1',
    encoderOption: 'aom-params',
    pixelFormat: 'yuv420p',
    pixelsPerModule: 1,
    errorCorrection: 'L',
    containers: ['mp4', 'webm', 'mkv'],
    encoderArguments: () => [
      '-usage',
      'allintra',
      '-cpu-used',
      '6',
      '-crf',
      '0',
      '-b:v',
      '0',
      '-g',
      '0',
      '-row-mt',
      '1',
      '-aom-params',
      'lossless=1:tune-content=screen:enable-palette=1',
    ],
  },
  lossless: {
    name: 'lossless',
    purpose: 'the smallest and the fastest; loses nothing',
    plays: 'VLC, mpv and ffmpeg; no browser',
    encoder: 'png',
    pixelFormat: 'monob',
    pixelsPerModule: 1,
    errorCorrection: 'L',
    containers: ['mkv', 'mov'],
    encoderArguments: () => ['-pred', 'none', '-compression_level', '9'],
  },
  robust: {
    name: 'robust',
    purpose: 'survives being re-encoded and scaled by sites that do so',
    plays: 'every browser, player and editor',
    encoder: 'libx264',
    pixelFormat: 'yuv420p',
    pixelsPerModule: 2,
    errorCorrection: 'M',
    containers: ['mp4', 'mkv', 'mov'],
    quantizer: { value: 40, saferBy: 4 },
    encoderArguments: x264,
  },
};

/** The names of {@link profiles}. */
export const profileNames = Object.keys(profiles) as readonly ProfileName[];

const aliases: Readonly<Record<string, ProfileName>> = { hevc: 'h265', avc: 'h264' };

/** The profile of a name or an alias (`hevc`, `avc`), in upper or lower case; `undefined` for any other. */
export const findProfile = (name: string): Profile | undefined => {
  const lower = name.toLowerCase();
  const known = profileNames.find((candidate) => candidate === (aliases[lower] ?? lower));
  return known === undefined ? undefined : profiles[known];
};
