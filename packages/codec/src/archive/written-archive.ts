import type { FrameFormat } from '../frames/frame-content.js';
import type { ProfileName } from '../profiles/profile.js';

/** What was written. */
export type WrittenArchive = {
  readonly path: string;
  /** As in the video's head; `undefined` for `json`, which has none. */
  readonly archiveId: string | undefined;
  readonly format: FrameFormat;
  readonly profile: ProfileName;
  /** All frames: head, tail and parity frames included. */
  readonly frames: number;
  /** Of them those from which lost frames are computed; 0 without `parity`. */
  readonly parityFrames: number;
  readonly chunks: number;
  /** Bytes of all texts in UTF-8. */
  readonly textBytes: number;
  readonly videoBytes: number;
  /** How often the video was encoded: above 1 when frames were unreadable at first. */
  readonly attempts: number;
  /**
   * Milliseconds of making and drawing QR codes, all attempts, summed over the threads that did it: with several at
   * work it can be more than passed on the clock.
   */
  readonly drawMs: number;
  /** The ffmpeg that did it. */
  readonly ffmpeg: string;
  /** The frames that hold a chunk: one, or several for a chunk that is larger than a frame. */
  readonly framesOf: (chunkId: number) => readonly number[];
};
