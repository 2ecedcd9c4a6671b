import { readVideo, type VideoFrame, type VideoSource } from '../ffmpeg/read-video.js';
import type { PictureBatch } from '../pool/jobs.js';

/** Frames read as one job: a few milliseconds each. */
const framesPerJob = 8;

/** Decoded frames as batches for the pool, with their numbers. */
export async function* pictureBatches(
  frames: AsyncIterable<VideoFrame>,
): AsyncGenerator<{ readonly frames: readonly number[]; readonly batch: PictureBatch }, void, undefined> {
  let waiting: VideoFrame[] = [];
  for await (const frame of frames) {
    waiting.push(frame);
    if (waiting.length === framesPerJob) {
      yield toBatch(waiting);
      waiting = [];
    }
  }
  if (waiting.length > 0) yield toBatch(waiting);
}

const toBatch = (frames: readonly VideoFrame[]) => {
  const { width, height } = (frames[0] as VideoFrame).picture;
  const gray = new Uint8Array(frames.length * width * height);
  for (const [at, { picture }] of frames.entries()) gray.set(picture.gray, at * width * height);
  return { frames: frames.map(({ frame }) => frame), batch: { width, height, count: frames.length, gray } };
};

/**
 * A whole video as batches, each read straight into its memory, which comes from `spare` where that has some: give it
 * back there when the batch is done with, and no more memory is taken than batches are under way.
 */
export async function* wholeVideo(
  video: VideoSource,
  spare: Uint8Array[],
  signal: AbortSignal | undefined,
): AsyncGenerator<PictureBatch, void, undefined> {
  let gray: Uint8Array | undefined;
  let count = 0;
  const place = (pixels: number): Uint8Array => {
    gray ??= spare.pop() ?? new Uint8Array(framesPerJob * pixels);
    return gray.subarray(count * pixels, (count + 1) * pixels);
  };
  let size = { width: 0, height: 0 };
  for await (const { picture } of readVideo(video, { first: 0 }, signal, place)) {
    size = { width: picture.width, height: picture.height };
    count += 1;
    if (count < framesPerJob || gray === undefined) continue;
    yield { ...size, count, gray };
    gray = undefined;
    count = 0;
  }
  if (count > 0 && gray !== undefined) yield { ...size, count, gray };
}
