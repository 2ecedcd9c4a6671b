import { type Container, muxers } from './container.js';
import { type Profile, pipeFormatOf } from './profile.js';

/** A video to be written, as data. */
export type EncodePlan = {
  readonly profile: Profile;
  readonly container: Container;
  /** Width and height of a frame in pixels. */
  readonly sizePx: number;
  /** Frames per second. */
  readonly frameRate: number;
  readonly outputPath: string;
  /** How often frames of this video were unreadable before: each time the quantizer is safer. */
  readonly attempt: number;
};

/** ffmpeg's arguments for a plan: frames come in on stdin, in the profile's pipe format, the video goes to the file. */
export const encodeArguments = ({
  profile,
  container,
  sizePx,
  frameRate,
  outputPath,
  attempt,
}: EncodePlan): readonly string[] => {
  const { value = 0, saferBy = 0 } = profile.quantizer ?? {};
  const muxer = muxers[container];
  const tagged = profile.tag !== undefined && (container === 'mp4' || container === 'mov');
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'error', '-y'],
    ...['-protocol_whitelist', 'pipe', '-f', 'rawvideo', '-pix_fmt', pipeFormatOf(profile)],
    ...['-video_size', `${sizePx}x${sizePx}`, '-framerate', String(frameRate), '-i', 'pipe:0'],
    ...['-an', '-map_metadata', '-1', '-c:v', profile.encoder, '-pix_fmt', profile.pixelFormat],
    ...profile.encoderArguments(Math.max(0, value - saferBy * attempt)),
    ...(tagged && profile.tag !== undefined ? ['-tag:v', profile.tag] : []),
    ...['-f', muxer.name, ...muxer.arguments, `file:${outputPath}`],
  ];
};
