/** A place where ffmpeg was looked for, and why it was not used. */
export type TriedPlace = {
  /** `option`, `FFMPEG_PATH`, `ffmpeg-static`, `PATH` or `@ffmpeg-installer/ffmpeg`. */
  readonly place: string;
  /** The program found there, if any. */
  readonly program?: string;
  /** Why it can not be used. */
  readonly reason: string;
};

export const describeFfmpegMissing = (need: string, tried: readonly TriedPlace[]): string =>
  `no ffmpeg was found that can ${need}. Tried: ${tried
    .map(({ place, program, reason }) => `${place}${program === undefined ? '' : ` (${program})`}: ${reason}`)
    .join('; ')}. Install ffmpeg (apt install ffmpeg, brew install ffmpeg) or set FFMPEG_PATH to one.`;
