import type { UnreadableFrame } from '../failure.js';
import { hashFrames } from '../ffmpeg/hash-frames.js';
import type { VideoSource } from '../ffmpeg/read-video.js';
import type { JobRunner } from '../pool/jobs.js';
import type { PipeFormat } from '../profiles/profile.js';
import type { DrawnFrames } from './drawn-table.js';
import { mapInOrder } from './map-in-order.js';
import { wholeVideo } from './picture-batches.js';

/**
 * Whether every frame of a video decodes, pixel by pixel, to what was drawn: for codecs that lose nothing. Nothing is
 * read from pictures, and none comes here. Where it is not so, {@link checkVideo} tells which and why.
 */
export const isAsDrawn = async (
  video: VideoSource,
  drawn: DrawnFrames,
  pixelFormat: PipeFormat,
  options: CheckOptions,
): Promise<boolean> => {
  const hashes = hashFrames(video, pixelFormat, options.signal);
  let done = 0;
  for (;;) {
    const next = await hashes.next();
    if (next.done === true) return next.value && done === drawn.length;
    for (const hash of next.value)
      if (hash !== drawn.at(done++)?.pictureCrc) {
        await hashes.return(false);
        return false;
      }
    options.onChecked(done);
  }
};

type CheckOptions = {
  readonly signal: AbortSignal | undefined;
  readonly onChecked: (frames: number) => void;
};

/** Reads every frame of a video back and gives those that are not what was written. */
export const checkVideo = async (
  video: VideoSource,
  drawn: DrawnFrames,
  runner: JobRunner,
  options: CheckOptions,
): Promise<readonly UnreadableFrame[]> => {
  const bad: UnreadableFrame[] = [];
  let done = 0;
  const spare: Uint8Array[] = [];
  let asked = 0;
  const checked = mapInOrder(wholeVideo(video, spare, options.signal), runner.size, (batch) => {
    const expected = drawn.slice(asked, asked + batch.count);
    asked += batch.count;
    return runner.run(
      'checkPictures',
      { batch, drawn: expected },
      { signal: options.signal, transfer: [batch.gray.buffer as ArrayBuffer] },
    );
  });
  for await (const { results, gray } of checked) {
    spare.push(gray);
    for (const result of results) {
      const frame = done++;
      if (!result.ok) bad.push({ frame, failure: result.failure });
      else if (result.value !== drawn.at(frame)?.payloadCrc)
        bad.push({ frame, failure: { kind: 'bad_checksum' } });
    }
    options.onChecked(done);
  }
  for (let frame = done; frame < drawn.length; frame++) bad.push({ frame, failure: { kind: 'no_symbol' } });
  return bad;
};
