import type { VideoFrame } from '../ffmpeg/read-video.js';
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
