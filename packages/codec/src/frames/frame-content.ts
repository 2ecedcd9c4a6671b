import type { Chunk } from '../chunk.js';
import type { ParityPlan } from '../parity/plan.js';

/** What one frame holds, whatever its format. */
export type FrameContent =
  | {
      readonly kind: 'chunks';
      readonly format: FrameFormat;
      readonly frame: number;
      readonly chunks: readonly Chunk[];
    }
  | FramePart
  | FrameParity;

/** From which lost frames are computed. */
export type FrameParity = {
  readonly kind: 'parity';
  readonly frame: number;
  readonly plan: ParityPlan;
  /** Number among the parity frames: check `index / groups` of group `index % groups`. */
  readonly index: number;
};

/** A part of something larger than a frame: a chunk, or the archive's head or tail. */
export type FramePart = {
  readonly kind: 'head' | 'piece' | 'tail';
  readonly frame: number;
  /** `piece`: the chunk's id. Otherwise 0. */
  readonly chunkId: number;
  /** Where these bytes start in the whole. */
  readonly offset: number;
  /** Length of the whole in bytes. */
  readonly total: number;
  readonly bytes: Uint8Array;
};

/**
 * How chunks are written into frames.
 *
 * - `packed`: as many chunks as fit, compressed together; an archive that describes itself
 * - `json`: one chunk a frame, as memvid v1 writes and reads it
 */
export type FrameFormat = 'packed' | 'json';
