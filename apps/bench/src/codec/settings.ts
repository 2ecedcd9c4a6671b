import type { ErrorCorrection } from '@memvisor/codec';

/** One way to make a video of QR codes: what the sweep compares. */
export interface Setting {
  readonly name: string;
  /** The profile that is shipped with these settings. */
  readonly profile?: string;
  readonly encoder: string;
  readonly container: 'mp4' | 'mkv' | 'webm';
  readonly pixelFormat: string;
  readonly pixelsPerModule: 1 | 2 | 3;
  readonly errorCorrection: ErrorCorrection;
  /** QR version. @defaultValue 40 */
  readonly version?: 20;
  readonly arguments: readonly string[];
  readonly plays: string;
  /** Left out of a quick run. */
  readonly slow?: true;
}

const everywhere = 'browsers, players, editors';
const x264 = (preset: string, qp: number, more = '', keyint = 1): readonly string[] => [
  ...['-preset', preset, '-qp', String(qp), '-g', String(keyint)],
  ...['-x264-params', `keyint=${keyint}:aq-mode=0:no-psy=1:no-deblock=1${more}`],
];

const h264 = (name: string, args: readonly string[], more: Partial<Setting> = {}): Setting => ({
  name: `x264 ${name}`,
  encoder: 'libx264',
  container: 'mp4',
  pixelFormat: 'yuv420p',
  pixelsPerModule: 1,
  errorCorrection: 'L',
  arguments: args,
  plays: everywhere,
  ...more,
});

const x265 = (qp: number, more: Partial<Setting>): Setting => ({
  ...h264('', []),
  name: `x265 superfast qp ${qp}, tskip`,
  encoder: 'libx265',
  arguments: [
    ...['-preset', 'superfast', '-x265-params'],
    `qp=${qp}:keyint=1:aq-mode=0:psy-rd=0:psy-rdoq=0:no-deblock=1:no-sao=1:tskip=1:log-level=error`,
  ],
  plays: 'Safari, most players',
  ...more,
});

const dz = ':deadzone-intra=5';

/** What is compared: codecs, rate control, pixels per module, error correction, distance of key frames. */
export const settings: readonly Setting[] = [
  {
    ...h264('', []),
    name: 'PNG, 1 bit',
    profile: 'lossless',
    encoder: 'png',
    container: 'mkv',
    pixelFormat: 'monob',
    arguments: ['-pred', 'none', '-compression_level', '9'],
    plays: 'VLC, mpv, ffmpeg',
  },
  {
    ...h264('', []),
    name: 'ffv1, level 3, context 1',
    encoder: 'ffv1',
    container: 'mkv',
    pixelFormat: 'gray',
    arguments: ['-level', '3', '-context', '1', '-g', '1'],
    plays: 'VLC, mpv, ffmpeg',
  },
  h264('veryfast qp 45', x264('veryfast', 45)),
  h264('veryfast qp 48', x264('veryfast', 48)),
  h264('veryfast qp 48, deadzone-intra 5', x264('veryfast', 48, dz), { profile: 'h264' }),
  h264('veryfast qp 48, deadzone-intra 5, key frame each 60', x264('veryfast', 48, dz, 60)),
  h264('veryfast qp 51', x264('veryfast', 51)),
  h264('ultrafast qp 45, cabac', x264('ultrafast', 45, ':cabac=1')),
  h264('veryfast qp 48, error correction M', x264('veryfast', 48, dz), { errorCorrection: 'M' }),
  h264('veryfast qp 48, error correction Q', x264('veryfast', 48, dz), { errorCorrection: 'Q' }),
  h264('veryfast qp 48, deadzone-intra 5, QR version 20', x264('veryfast', 48, dz), { version: 20 }),
  h264('veryfast qp 48, deadzone-intra 5, 2 px a module', x264('veryfast', 48, dz), { pixelsPerModule: 2 }),
  h264('veryfast crf 45 in place of qp', [
    ...['-preset', 'veryfast', '-crf', '45', '-g', '1'],
    ...['-x264-params', `keyint=1:aq-mode=0:no-psy=1:no-deblock=1${dz}`],
  ]),
  h264('veryfast qp 40, M, 2 px a module', x264('veryfast', 40, dz), {
    profile: 'robust',
    errorCorrection: 'M',
    pixelsPerModule: 2,
  }),
  h264('veryfast qp 48, 3 px a module', x264('veryfast', 48, dz), { pixelsPerModule: 3 }),
  x265(47, { profile: 'h265' }),
  x265(50, { slow: true }),
  {
    ...h264('', []),
    name: 'libaom lossless, screen content, palette',
    profile: 'av1',
    encoder: 'libaom-av1',
    arguments: [
      ...['-usage', 'allintra', '-cpu-used', '6', '-crf', '0', '-b:v', '0', '-g', '0', '-row-mt', '1'],
      ...['-aom-params', 'lossless=1:tune-content=screen:enable-palette=1'],
    ],
    plays: 'current browsers and players',
  },
  {
    ...h264('', []),
    name: 'SVT-AV1 preset 8, crf 40, screen content',
    encoder: 'libsvtav1',
    arguments: ['-preset', '8', '-crf', '40', '-g', '1', '-svtav1-params', 'scm=1'],
    plays: 'current browsers and players',
    slow: true,
  },
  {
    ...h264('', []),
    name: 'VP9, crf 40',
    encoder: 'libvpx-vp9',
    container: 'webm',
    arguments: ['-crf', '40', '-b:v', '0', '-g', '1', '-deadline', 'good', '-cpu-used', '5'],
    plays: 'browsers, players',
    slow: true,
  },
];
