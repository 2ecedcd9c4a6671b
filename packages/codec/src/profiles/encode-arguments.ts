import { devNull } from 'node:os';
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
export const encodeArguments = (plan: EncodePlan): readonly string[] => {
  const { container, outputPath } = plan;
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'error', '-y'],
    ...videoArguments(plan),
    ...muxers[container].arguments,
    `file:${outputPath}`,
  ];
};

/** Everything between the general arguments and those of the file. */
const videoArguments = ({
  profile,
  container,
  sizePx,
  frameRate,
  attempt,
}: Omit<EncodePlan, 'outputPath'>): readonly string[] => {
  const { value = 0, saferBy = 0 } = profile.quantizer ?? {};
  const tagged = profile.tag !== undefined && (container === 'mp4' || container === 'mov');
  return [
    ...['-protocol_whitelist', 'pipe', '-f', 'rawvideo', '-pix_fmt', pipeFormatOf(profile)],
    ...['-video_size', `${sizePx}x${sizePx}`, '-framerate', String(frameRate), '-i', 'pipe:0'],
    ...['-an', '-map_metadata', '-1', '-c:v', profile.encoder, '-pix_fmt', profile.pixelFormat],
    ...profile.encoderArguments(Math.max(0, value - saferBy * attempt)),
    ...(tagged && profile.tag !== undefined ? ['-tag:v', profile.tag] : []),
    ...['-f', muxers[container].name],
  ];
};

/** A video that is encoded only to see whether it can be. */
export type Trial = {
  readonly arguments: readonly string[];
  /** Bytes of its one picture. */
  readonly pictureBytes: number;
};

/** One picture, of a size that every encoder takes, as the profile has it, to nowhere. ffmpeg tells its version meanwhile. */
export const trialOf = (profile: Profile, container: Container): Trial => {
  const sizePx = 64;
  return {
    arguments: [
      ...['-nostats', '-loglevel', 'info', '-y'],
      ...videoArguments({ profile, container, sizePx, frameRate: 10, attempt: 0 }),
      `file:${devNull}`,
    ],
    pictureBytes: (sizePx * sizePx) / (pipeFormatOf(profile) === 'monob' ? 8 : 1),
  };
};
