import { describeOsExit, type OsExit } from '@memvisor/supervisor';
import { checkCancelled, fail } from '../codec-error.js';
import { errorCode } from '../error-code.js';
import type { Picture } from '../qr/picture.js';
import type { Ffmpeg } from './locate.js';
import type { OpenedFile } from './opened-file.js';
import { Patience } from './patience.js';
import { countArguments, decodeArguments, type FrameRange } from './read-arguments.js';
import { startFfmpeg, succeeded } from './run.js';
import { readY4m, StreamError } from './y4m.js';

/** A video to read from. */
export type VideoSource = {
  readonly path: string;
  /** Known, or looked for when it is first needed. */
  readonly ffmpeg: Ffmpeg | (() => Promise<Ffmpeg>);
  /** Frames per second, once known. */
  readonly frameRate: number;
  /** The file as it was when the archive was opened: another that takes its place is not read for it. */
  readonly file?: OpenedFile;
  /** Whether decoding takes what others leave of the processor. @defaultValue `false` */
  readonly background?: boolean;
};

/** The ffmpeg that reads a video; looking for one can fail. */
export const ffmpegFor = async ({ ffmpeg }: Pick<VideoSource, 'ffmpeg'>): Promise<Ffmpeg> =>
  typeof ffmpeg === 'function' ? ffmpeg() : ffmpeg;

/** A frame of a video with its position, from 0. */
export type VideoFrame = { readonly frame: number; readonly frameRate: number; readonly picture: Picture };

/**
 * Decodes a range of frames in order, one at a time: ffmpeg waits while the caller works.
 *
 * @param place as of {@link readY4m}
 */
export async function* readVideo(
  video: VideoSource,
  range: FrameRange,
  signal?: AbortSignal,
  place?: (pixels: number) => Uint8Array,
): AsyncGenerator<VideoFrame, void, undefined> {
  const { path, frameRate, background = false } = video;
  const ffmpeg = await ffmpegFor(video);
  const args = decodeArguments(path, range, frameRate, ffmpeg.passthrough);
  const process = startFfmpeg(ffmpeg.program, args, { stdin: 'ignore', stdout: 'pipe', signal, background });
  const patience = new Patience(ffmpeg.stallTimeoutMs, () => void process.stop());
  let frame = range.first;
  let broken: StreamError | undefined;
  try {
    try {
      for await (const { header, picture } of readY4m(patience.reading(process.stdout), place)) {
        yield { frame, frameRate: header.frameRate, picture };
        frame += 1;
      }
    } catch (error) {
      if (error instanceof StreamError) broken = error;
      else if (!isCutOff(error)) throw error;
    }
    if (broken !== undefined) await process.stop();
    const exit = await patience.of(process.exited);
    checkCancelled(signal);
    if (patience.isOver) fail({ kind: 'ffmpeg_stalled', timeoutMs: ffmpeg.stallTimeoutMs, exit });
    if (broken !== undefined) fail({ kind: 'not_a_video', path, detail: broken.message });
    if (!succeeded(exit)) fail(whyUnreadable(path, exit));
  } finally {
    await process.stop();
  }
}

/** How many frames a video has, by the packets in its container; nothing is decoded. */
export const countFrames = async (video: VideoSource, signal?: AbortSignal): Promise<number> => {
  const { path } = video;
  const ffmpeg = await ffmpegFor(video);
  const process = startFfmpeg(ffmpeg.program, countArguments(path), {
    stdin: 'ignore',
    stdout: 'pipe',
    signal,
  });
  const patience = new Patience(ffmpeg.stallTimeoutMs, () => void process.stop());
  let count = 0;
  let lineStart = true;
  try {
    for await (const bytes of patience.reading<Uint8Array>(process.stdout))
      for (const byte of bytes) {
        // Lines that start with # are the header; each other line is a packet.
        if (lineStart && byte !== 0x23) count += 1;
        lineStart = byte === 0x0a;
      }
  } catch (error) {
    if (!isCutOff(error)) throw error;
  } finally {
    await patience.of(process.exited);
  }
  const exit = await process.exited;
  checkCancelled(signal);
  if (patience.isOver) fail({ kind: 'ffmpeg_stalled', timeoutMs: ffmpeg.stallTimeoutMs, exit });
  if (!succeeded(exit)) fail(whyUnreadable(path, exit));
  return count;
};

const whyUnreadable = (path: string, exit: OsExit) =>
  exit.kind === 'exited'
    ? ({ kind: 'not_a_video', path, detail: describeOsExit(exit) } as const)
    : ({ kind: 'ffmpeg_failed', exit } as const);

/** The stream was closed under us because the process was ended. */
const isCutOff = (error: unknown): boolean => errorCode(error) === 'ERR_STREAM_PREMATURE_CLOSE';
