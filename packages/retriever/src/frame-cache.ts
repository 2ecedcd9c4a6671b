import type { Archive, ArchiveFrame, CodecFailure } from '@memvisor/codec';
import QuickLRU from 'quick-lru';

/** A frame as the cache gives it: read, or why not. */
export type CachedFrame =
  | ArchiveFrame
  | { readonly ok: false; readonly frame: number; readonly codec: CodecFailure };

/** How well the cache does. */
export interface FrameCacheStats {
  /** Frames held. */
  readonly frames: number;
  /** Frames asked for that were held, or were being read already. */
  readonly hits: number;
  /** Frames that had to be read from the video. */
  readonly misses: number;
}

/**
 * Frames of one archive, read when first asked for. Two callers that ask for the same frame have it decoded
 * once; frames that could not be read are not kept, so that the next caller tries again.
 */
export class FrameCache {
  readonly #archive: Archive;
  readonly #frames: QuickLRU<number, ArchiveFrame>;
  readonly #underWay = new Map<number, Promise<CachedFrame>>();
  #hits = 0;
  #misses = 0;

  /** @param maxFrames least recently used frames go when there are more; at least 1 */
  constructor(archive: Archive, maxFrames: number) {
    this.#archive = archive;
    this.#frames = new QuickLRU({ maxSize: maxFrames });
  }

  get stats(): FrameCacheStats {
    return { frames: this.#frames.size, hits: this.#hits, misses: this.#misses };
  }

  /** The frames, by number. Never rejects: a frame that can not be read says so by itself. */
  async read(numbers: Iterable<number>): Promise<ReadonlyMap<number, CachedFrame>> {
    const wanted = [...new Set(numbers)];
    const missing = wanted.filter((frame) => !this.#frames.has(frame) && !this.#underWay.has(frame));
    this.#misses += missing.length;
    this.#hits += wanted.length - missing.length;
    // One frame beyond the end, as an index may name for a video that was cut off, must not fail those that are there.
    const { frames } = this.#archive.info;
    const here = missing.filter((frame) => frame < frames);
    if (here.length > 0) this.#fetch(here);
    const found = await Promise.all(
      wanted.map(async (frame) => {
        const held = this.#frames.get(frame) ?? (await this.#underWay.get(frame));
        return [frame, held ?? beyondEnd(frame, frames)] as const;
      }),
    );
    return new Map(found);
  }

  /** One run of the decoder for all of them. */
  #fetch(numbers: readonly number[]): void {
    const reading = this.#archive.readFrames(numbers);
    for (const [at, frame] of numbers.entries()) {
      const one = reading
        .then((result): CachedFrame => {
          if (!result.ok) return { ok: false, frame, codec: result.failure };
          const read = result.value[at];
          if (read === undefined) return { ok: false, frame, failure: { kind: 'no_symbol' } };
          if (read.ok) this.#frames.set(frame, read);
          return read;
        })
        .finally(() => this.#underWay.delete(frame));
      this.#underWay.set(frame, one);
    }
  }
}

const beyondEnd = (frame: number, frames: number): CachedFrame => ({
  ok: false,
  frame,
  codec: { kind: 'no_such_frame', frame, frames },
});
