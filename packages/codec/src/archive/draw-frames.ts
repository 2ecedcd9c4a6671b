import type { DrawnFrame, JobRunner } from '../pool/jobs.js';
import { pipeFormatOf } from '../profiles/profile.js';
import { canvasPx } from '../qr/canvas.js';
import type { Mask } from '../qr/symbol.js';
import { groupsOf } from './batches.js';
import { mapInOrder } from './map-in-order.js';
import type { WriteSettings } from './write-options.js';

/** Frames drawn as one job: at one pixel a module 600 KB of gray pictures, or 75 KB of bits. */
const framesPerJob = 16;

/** The pictures of payloads, in order, in the profile's pipe format. */
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
  const asBits = pipeFormatOf(profile) === 'monob';
  const pictureBytes = (sizePx * sizePx) / (asBits ? 8 : 1);
  let frame = 0;
  const drawn = mapInOrder(groupsOf(payloads, framesPerJob), runner.size, async (group) => {
    const masks = group.map((_, at) => options.maskOf(frame + at));
    frame += group.length;
    // Packed frames all have the largest version; a JSON frame has the smallest that holds its chunk.
    const version = format === 'packed' ? 40 : undefined;
    const input = { payloads: group, masks, errorCorrection, version, sizePx };
    const { signal } = options;
    if (!asBits) {
      const { gray, ...rest } = await runner.run('drawFrames', input, { signal });
      return { ...rest, pixels: gray };
    }
    const { bits, ...rest } = await runner.run('drawBits', input, { signal });
    return { ...rest, pixels: bits };
  });
  for await (const { pixels, drawn: frames, tookMs } of drawn) {
    options.onWorked(tookMs);
    for (const [at, frame] of frames.entries()) {
      options.onDrawn(frame);
      yield pixels.subarray(at * pictureBytes, (at + 1) * pictureBytes);
    }
  }
}
