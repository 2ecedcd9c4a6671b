import type { UnreadableFrame } from '../failure.js';
import { readVideo, type VideoSource } from '../ffmpeg/read-video.js';
import type { JobRunner } from '../pool/jobs.js';
import { mapInOrder } from './map-in-order.js';
import { pictureBatches } from './picture-batches.js';

/** Reads every frame of a video back and gives those that are not what was written. */
export const checkVideo = async (
  video: VideoSource,
  checksums: readonly number[],
  runner: JobRunner,
  options: { readonly signal: AbortSignal | undefined; readonly onChecked: (frames: number) => void },
): Promise<readonly UnreadableFrame[]> => {
  const bad: UnreadableFrame[] = [];
  let done = 0;
  const batches = pictureBatches(readVideo(video, { first: 0 }, options.signal));
  const results = mapInOrder(batches, runner.size, ({ batch }) =>
    runner.run('checkPictures', batch, {
      signal: options.signal,
      transfer: [batch.gray.buffer as ArrayBuffer],
    }),
  );
  for await (const batch of results) {
    for (const result of batch) {
      const frame = done++;
      if (!result.ok) bad.push({ frame, failure: result.failure });
      else if (result.value !== checksums[frame]) bad.push({ frame, failure: { kind: 'bad_checksum' } });
    }
    options.onChecked(done);
  }
  for (let frame = done; frame < checksums.length; frame++)
    bad.push({ frame, failure: { kind: 'no_symbol' } });
  return bad;
};
