import type { ErrorCorrection } from '../qr/symbol.js';
import type { Container } from './container.js';

/** The video profiles by name; {@link profiles} says what each is for. */
export type ProfileName = 'h264' | 'h265' | 'av1' | 'lossless' | 'robust';

/** How a pixel goes to ffmpeg: one byte, or one bit, the first in the highest, where a byte would be 0 or 255 anyway. */
export type PipeFormat = 'gray' | 'monob';

/** How pictures of a profile go to ffmpeg: as bits where the video holds no more, which is an eighth of the bytes. */
export const pipeFormatOf = ({ pixelFormat }: Pick<Profile, 'pixelFormat'>): PipeFormat =>
  pixelFormat === 'monob' ? 'monob' : 'gray';

/** Everything that decides how frames look and how ffmpeg encodes them. */
export type Profile = {
  readonly name: ProfileName;
  /** What it is for, in one sentence. */
  readonly purpose: string;
  /** What can play it. */
  readonly plays: string;
  /** ffmpeg's name of the encoder. */
  readonly encoder: string;
  /** An option that the encoder must have; old builds lack some. */
  readonly encoderOption?: string;
  readonly pixelFormat: string;
  readonly pixelsPerModule: number;
  readonly errorCorrection: ErrorCorrection;
  /** Where it may live, the best first. */
  readonly containers: readonly Container[];
  /** Higher is coarser. Absent where nothing is lost. */
  readonly quantizer?: { readonly value: number; readonly saferBy: number };
  /** ffmpeg's arguments for the encoder at a quantizer. */
  readonly encoderArguments: (quantizer: number) => readonly string[];
  /** Four-letter code that players look for in .mp4 and .mov, where ffmpeg's own choice plays in fewer. */
  readonly tag?: string;
};
