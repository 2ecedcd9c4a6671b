import { checkCancelled } from '../codec-error.js';
import { readVideo, type VideoFrame, type VideoSource } from '../ffmpeg/read-video.js';
import type { FrameContent } from '../frames/frame-content.js';
import type { FrameFailure, FrameResult } from '../frames/frame-failure.js';
import type { JobRunner } from '../pool/jobs.js';
import { mostWarmFrames, readWarm } from '../warm/read-warm.js';
import type { WarmPictures } from '../warm/warm-pictures.js';
import { mapInOrder } from './map-in-order.js';
import { pictureBatches } from './picture-batches.js';

/** What one frame of the video holds. */
export type ReadFrame = {
  readonly frame: number;
  readonly result: FrameResult<FrameContent>;
  /** Whether it is from the file that was opened, whatever has its name by now. */
  readonly isOfOpenFile?: true;
  /** Why it could not be read, where its content was computed from parity. */
  readonly restored?: FrameFailure;
};

/**
 * Frames so close that decoding those between costs less than another ffmpeg: starting one takes as long as decoding
 * some fifty to two hundred frames.
 */
const closeBy = 64;
/** ffmpeg processes that fetch at the same time. */
const fetchesAtOnce = 2;

/** Reads every picture in order, numbered by its position, whatever its frame says. */
export const readAll = (
  video: VideoSource,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): AsyncIterable<ReadFrame> => readPictures(readVideo(video, { first: 0 }, signal), runner, signal);

/**
 * Reads the frames with these numbers, in ascending order; a frame beyond the end is left out. What warm decoders can
 * not give, and what can not be read from them, is read the long way, by an ffmpeg that seeks to it.
 */
export const readNear = async (
  video: VideoSource,
  frames: readonly number[],
  runner: JobRunner,
  signal: AbortSignal | undefined,
  warm: WarmPictures,
): Promise<readonly ReadFrame[]> => {
  const near =
    frames.length > mostWarmFrames ? [] : await readWarm(warm, video.frameRate, frames, runner, signal);
  const found = new Set(near.map(({ frame }) => frame));
  checkCancelled(signal);
  const far = await readSome(
    video,
    frames.filter((frame) => !found.has(frame)),
    runner,
    signal,
  );
  return [...near, ...far].sort((one, other) => one.frame - other.frame);
};

/** As {@link readNear}, always by an ffmpeg of their own. */
export const readSome = async (
  video: VideoSource,
  frames: readonly number[],
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<readonly ReadFrame[]> => {
  const found: ReadFrame[] = [];
  const runs = mapInOrder(runsOf(frames), fetchesAtOnce, async (run) => {
    const first = run[0] as number;
    const found = await readRun(video, run, first, runner, signal);
    // Another program may have changed the times that frames are found by; counting from the start is never wrong.
    return first === 0 || found.every(isInPlace) ? found : readRun(video, run, 0, runner, signal);
  });
  for await (const results of runs) found.push(...results.map(inPlace));
  return found;
};

/** Looks for frames through the whole video, wherever they are by now; those that are nowhere are left out. */
export const readAnywhere = async (
  video: VideoSource,
  frames: readonly number[],
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<readonly ReadFrame[]> => {
  const wanted = new Set(frames);
  const found: ReadFrame[] = [];
  if (wanted.size === 0) return found;
  for await (const { result } of readAll(video, runner, signal)) {
    if (!result.ok || !wanted.delete(result.value.frame)) continue;
    found.push({ frame: result.value.frame, result });
    if (wanted.size === 0) break;
  }
  return found;
};

const readRun = async (
  video: VideoSource,
  run: readonly number[],
  first: number,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<ReadFrame[]> => {
  const range = { first, count: (run.at(-1) as number) - first + 1 };
  const results: ReadFrame[] = [];
  const pictures = only(readVideo(video, range, signal), new Set(run));
  for await (const read of readPictures(pictures, runner, signal)) results.push(read);
  return results;
};

/** Whether a frame says of itself that it is where it was found. */
const isInPlace = ({ frame, result }: ReadFrame): boolean =>
  !result.ok || isJson(result.value) || result.value.frame === frame;

/** memvid v1 numbers its frames as it likes; ours in JSON carry no checksum that would vouch for the number. */
export const isJson = (content: FrameContent): boolean =>
  content.kind === 'chunks' && content.format === 'json';

/** A decoder hides a lost frame behind a copy of its neighbour: sound, but not what was asked for. */
const inPlace = (read: ReadFrame): ReadFrame =>
  !read.result.ok || isInPlace(read)
    ? read
    : {
        frame: read.frame,
        result: { ok: false, failure: { kind: 'misplaced', says: read.result.value.frame } },
      };

/** Groups numbers into ascending runs without a gap that is worth a process of its own. */
export const runsOf = (frames: readonly number[]): number[][] => {
  const runs: number[][] = [];
  for (const frame of [...new Set(frames)].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && frame - (run.at(-1) as number) <= closeBy) run.push(frame);
    else runs.push([frame]);
  }
  return runs;
};

/** The frames at some positions. */
export async function* only(frames: AsyncIterable<VideoFrame>, wanted: ReadonlySet<number>) {
  for await (const frame of frames) if (wanted.has(frame.frame)) yield frame;
}

async function* readPictures(
  frames: AsyncIterable<VideoFrame>,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReadFrame, void, undefined> {
  const read = mapInOrder(pictureBatches(frames), runner.size, async ({ frames: numbers, batch }) => {
    const results = await runner.run('readPictures', batch, {
      signal,
      transfer: [batch.gray.buffer as ArrayBuffer],
    });
    return results.map((result, at): ReadFrame => ({ frame: numbers[at] as number, result }));
  });
  for await (const batch of read) yield* batch;
}
