import type { DrawnFrame, JobRunner } from '../pool/jobs.js';
import { canvasPx } from '../qr/canvas.js';
import type { Mask } from '../qr/symbol.js';
import { groupsOf } from './batches.js';
import { mapInOrder } from './map-in-order.js';
import type { WriteSettings } from './write-options.js';

/** Frames drawn as one job: 600 KB of pictures at one pixel a module. */
const framesPerJob = 16;

/** The pictures of payloads, in order. */
export async function* drawFrames(
  payloads: AsyncIterable<Uint8Array>,
  settings: WriteSettings,
  runner: JobRunner,
  options: {
    readonly maskOf: (frame: number) => Mask;
    readonly signal: AbortSignal | undefined;
    readonly onDrawn: (frame: DrawnFrame) => void;
    /** Told after each job what it took in its thread. */
    readonly onWorked: (milliseconds: number) => void;
  },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { errorCorrection, profile, format } = settings;
  const sizePx = canvasPx(profile.pixelsPerModule);
  let frame = 0;
  const drawn = mapInOrder(groupsOf(payloads, framesPerJob), runner.size, async (group) => {
    const masks = group.map((_, at) => options.maskOf(frame + at));
    frame += group.length;
    return runner.run(
      'drawFrames',
      // Packed frames all have the largest version; a JSON frame has the smallest that holds its chunk.
      { payloads: group, masks, errorCorrection, version: format === 'packed' ? 40 : undefined, sizePx },
      { signal: options.signal },
    );
  });
  for await (const { gray, drawn: frames, tookMs } of drawn) {
    options.onWorked(tookMs);
    for (const [at, frame] of frames.entries()) {
      options.onDrawn(frame);
      yield gray.subarray(at * sizePx * sizePx, (at + 1) * sizePx * sizePx);
    }
  }
}
