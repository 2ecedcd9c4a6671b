import type { UnreadableFrame } from '../failure.js';
import { readVideo, type VideoSource } from '../ffmpeg/read-video.js';
import type { DrawnFrame, JobRunner } from '../pool/jobs.js';
import { mapInOrder } from './map-in-order.js';
import { pictureBatches } from './picture-batches.js';

/** Reads every frame of a video back and gives those that are not what was written. */
export const checkVideo = async (
  video: VideoSource,
  drawn: readonly DrawnFrame[],
  runner: JobRunner,
  options: { readonly signal: AbortSignal | undefined; readonly onChecked: (frames: number) => void },
): Promise<readonly UnreadableFrame[]> => {
  const bad: UnreadableFrame[] = [];
  let done = 0;
  const batches = pictureBatches(readVideo(video, { first: 0 }, options.signal));
  const results = mapInOrder(batches, runner.size, ({ frames, batch }) =>
    runner.run(
      'checkPictures',
      { batch, drawn: frames.flatMap((frame) => drawn[frame] ?? []) },
      { signal: options.signal, transfer: [batch.gray.buffer as ArrayBuffer] },
    ),
  );
  for await (const batch of results) {
    for (const result of batch) {
      const frame = done++;
      if (!result.ok) bad.push({ frame, failure: result.failure });
      else if (result.value !== drawn[frame]?.payloadCrc)
        bad.push({ frame, failure: { kind: 'bad_checksum' } });
    }
    options.onChecked(done);
  }
  for (let frame = done; frame < drawn.length; frame++) bad.push({ frame, failure: { kind: 'no_symbol' } });
  return bad;
};
