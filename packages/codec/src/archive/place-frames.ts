import type { FrameContent } from '../frames/frame-content.js';
import type { FrameFailure } from '../frames/frame-failure.js';
import { isJson, type ReadFrame } from './read-frames.js';

/** As if the start of a video of hours were cut off, and then four of five frames. */
const mostLost = (pictures: number): number => 262_144 + 4 * pictures;

/**
 * Numbers frames by what they say of themselves: where pictures are gone from a video, or did not decode, those that
 * follow are not taken for them, and the lost ones are named. A frame that was there before is left out: a decoder
 * shows it in place of a lost one, or somebody doubled the frame rate.
 *
 * @param total frames that the archive should have
 */
export async function* placeFrames(
  frames: AsyncIterable<ReadFrame>,
  total: number,
): AsyncGenerator<ReadFrame, void, undefined> {
  let next = 0;
  // Why the frames from `next` on are not there, as far as pictures came in their place.
  let failures: FrameFailure[] = [];
  function* lostUpTo(end: number): Generator<ReadFrame, void, undefined> {
    for (; next < end; next++)
      yield { frame: next, result: { ok: false, failure: failures.shift() ?? { kind: 'no_symbol' } } };
    failures = [];
  }
  for await (const { frame, result } of frames) {
    if (!result.ok) {
      failures.push(result.failure);
      continue;
    }
    // memvid v1 numbers its frames as it likes.
    const says = isJson(result.value) ? frame : result.value.frame;
    // A number that no loss explains would have all those before it named.
    if (says < next || says > frame + mostLost(frame)) failures.push({ kind: 'misplaced', says });
    else {
      yield* lostUpTo(says);
      yield { frame: says, result };
      next = says + 1;
    }
  }
  yield* lostUpTo(total);
}

/** Puts restored frames in the place of lost ones; what was restored is asked for when the first is lost. */
export async function* putBack(
  frames: AsyncIterable<ReadFrame>,
  restored: () => Promise<ReadonlyMap<number, FrameContent>>,
): AsyncGenerator<ReadFrame, void, undefined> {
  for await (const read of frames) yield read.result.ok ? read : withRestored(read, await restored());
}

export const withRestored = (read: ReadFrame, restored: ReadonlyMap<number, FrameContent>): ReadFrame => {
  const content = restored.get(read.frame);
  return content === undefined || read.result.ok
    ? read
    : { frame: read.frame, result: { ok: true, value: content }, restored: read.result.failure };
};
