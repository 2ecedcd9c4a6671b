import type { ReadFrame } from './read-frames.js';

/**
 * Numbers frames by what they say of themselves: where pictures are gone from a video, or did not decode, those that
 * follow are not taken for them, and the lost ones are named. A frame that says a number already past keeps its place.
 *
 * @param total frames that the archive should have
 */
export async function* placeFrames(
  frames: AsyncIterable<ReadFrame>,
  total: number,
): AsyncGenerator<ReadFrame, void, undefined> {
  let next = 0;
  for await (const { result } of frames) {
    const said = result.ok ? result.value.frame : next;
    if (said < total) for (; next < said; next++) yield lost(next);
    yield { frame: next, result };
    next += 1;
  }
  for (; next < total; next++) yield lost(next);
}

const lost = (frame: number): ReadFrame => ({
  frame,
  result: { ok: false, failure: { kind: 'no_symbol' } },
});
