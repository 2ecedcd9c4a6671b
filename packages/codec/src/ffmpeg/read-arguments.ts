/** The demuxers that an archive may need. Nothing else is tried on a file, whatever it contains. */
const demuxers = 'matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi';

/** Only the file itself is opened: no playlist, no address that the file may name. */
const input = (path: string): string[] => [
  '-protocol_whitelist',
  'file,pipe',
  '-format_whitelist',
  demuxers,
  // A picture larger than any of ours is an error before memory is taken for it.
  '-max_pixels',
  String(16 * 1024 * 1024),
  '-i',
  `file:${path}`,
];

const quiet = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error'] as const;

/** Which frames of a video are wanted. */
export type FrameRange = {
  /** Number of the first, from 0. */
  readonly first: number;
  /** How many; without it all that follow. */
  readonly count?: number;
};

/**
 * ffmpeg's arguments to decode a range of frames as gray YUV4MPEG on stdout, which tells their size.
 *
 * @param frameRate needed unless the range starts at 0: frames are found by their time
 * @param passthrough how this ffmpeg spells that frames are neither doubled nor dropped
 */
export const decodeArguments = (
  path: string,
  { first, count }: FrameRange,
  frameRate: number,
  passthrough: readonly string[],
): readonly string[] => [
  ...quiet,
  // Half a frame early: the frame sought is then the first one not before that time, however times are rounded.
  ...(first === 0 ? [] : ['-ss', ((first - 0.5) / frameRate).toFixed(6)]),
  ...input(path),
  ...['-map', '0:v:0', ...passthrough],
  ...(count === undefined ? [] : ['-frames:v', String(count)]),
  ...['-pix_fmt', 'gray', '-f', 'yuv4mpegpipe', 'pipe:1'],
];

/**
 * ffmpeg's arguments to write the CRC-32 of every decoded picture on stdout, one line each.
 *
 * @param pixelFormat what the pictures are converted to before
 */
export const hashArguments = (
  path: string,
  pixelFormat: string,
  passthrough: readonly string[],
): readonly string[] => [
  ...quiet,
  ...input(path),
  ...['-map', '0:v:0', ...passthrough, '-pix_fmt', pixelFormat],
  ...['-f', 'framehash', '-hash', 'CRC32', 'pipe:1'],
];

/** ffmpeg's arguments to list the packets of the video, one line each, without decoding any. */
export const countArguments = (path: string): readonly string[] => [
  ...quiet,
  ...input(path),
  ...['-map', '0:v:0', '-c', 'copy', '-f', 'framecrc', 'pipe:1'],
];
