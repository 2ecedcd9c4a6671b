/**
 * Which chunk is in which frame: the first chunk id of each data frame, in order. A chunk is in the last frame that
 * starts at or before its id, or, when it was too large for one, in all the frames that start with it.
 */
export class FrameTable {
  readonly #firstFrame: number;
  readonly #firstChunks: number[];

  /** @param firstFrame number of the first data frame, after the head */
  constructor(firstFrame: number, firstChunks: readonly number[] = []) {
    this.#firstFrame = firstFrame;
    this.#firstChunks = [...firstChunks];
  }

  /** From the distances that {@link deltas} gave; `undefined` where a distance is below 0. */
  static fromDeltas(firstFrame: number, deltas: readonly number[]): FrameTable {
    let id = 0;
    return new FrameTable(
      firstFrame,
      deltas.map((delta) => {
        id += delta;
        return id;
      }),
    );
  }

  /** Adds the next data frame. */
  add(firstChunk: number): void {
    this.#firstChunks.push(firstChunk);
  }

  /** Number of data frames. */
  get size(): number {
    return this.#firstChunks.length;
  }

  /** The distance of each frame's first chunk id from the frame before: small numbers, which compress well. */
  deltas(): number[] {
    return this.#firstChunks.map((id, at) => id - (this.#firstChunks[at - 1] ?? 0));
  }

  /** The frames that hold a chunk: one, several for a chunk larger than a frame, none if no frame can have it. */
  framesOf(chunkId: number): readonly number[] {
    const firsts = this.#firstChunks;
    let low = 0;
    let high = firsts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((firsts[middle] as number) <= chunkId) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return [];
    const frames = [low - 1];
    if (firsts[low - 1] === chunkId)
      for (let at = low - 2; at >= 0 && firsts[at] === chunkId; at--) frames.unshift(at);
    return frames.map((at) => at + this.#firstFrame);
  }
}
