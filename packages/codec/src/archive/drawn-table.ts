import type { DrawnFrame } from '../pool/jobs.js';

/** Checksums of a video's frames, in order: an array of them, or a {@link DrawnTable}. */
export type DrawnFrames = Pick<readonly DrawnFrame[], 'length' | 'at' | 'slice'>;

/** The same in 8 bytes a frame: as objects they would be what grows most on the main thread of a long build. */
export class DrawnTable implements DrawnFrames {
  #sums = new Uint32Array(2048);
  length = 0;

  push({ payloadCrc, pictureCrc }: DrawnFrame): void {
    if (this.length * 2 === this.#sums.length) {
      const grown = new Uint32Array(this.#sums.length * 2);
      grown.set(this.#sums);
      this.#sums = grown;
    }
    this.#sums[this.length * 2] = payloadCrc;
    this.#sums[this.length * 2 + 1] = pictureCrc;
    this.length += 1;
  }

  /** @param frame from 0 */
  at(frame: number): DrawnFrame | undefined {
    if (frame >= this.length) return undefined;
    const [payloadCrc = 0, pictureCrc = 0] = this.#sums.subarray(frame * 2, frame * 2 + 2);
    return { payloadCrc, pictureCrc };
  }

  slice(from = 0, to = this.length): DrawnFrame[] {
    const frames: DrawnFrame[] = [];
    for (let frame = from; frame < to; frame++) {
      const one = this.at(frame);
      if (one !== undefined) frames.push(one);
    }
    return frames;
  }
}
