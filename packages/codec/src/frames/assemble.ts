import type { Chunk } from '../chunk.js';
import { splitRecords } from './chunk-records.js';
import type { FramePart } from './frame-content.js';
import { type FrameResult, failed, read } from './frame-failure.js';

/**
 * Puts the parts of one whole together, which must come in order and without a gap.
 * Memory grows with the parts that are there, not with the length that they claim.
 */
export class Assembler {
  #parts: Uint8Array[] = [];
  #length = 0;
  #first: FramePart | undefined;

  /** The whole's bytes with its last part, `incomplete` before; a part that does not follow starts anew. */
  add(part: FramePart): Uint8Array | 'incomplete' | 'out_of_order' {
    if (part.offset === 0) this.#start(part);
    else if (!this.#follows(part)) {
      this.reset();
      return 'out_of_order';
    }
    this.#parts.push(part.bytes);
    this.#length += part.bytes.length;
    if (this.#length < part.total) return 'incomplete';
    const whole = Buffer.concat(this.#parts);
    this.reset();
    return whole;
  }

  /** Whether a whole has begun that is not complete yet. */
  get pending(): boolean {
    return this.#first !== undefined;
  }

  reset(): void {
    this.#parts = [];
    this.#length = 0;
    this.#first = undefined;
  }

  #start(part: FramePart): void {
    this.reset();
    this.#first = part;
  }

  #follows({ kind, chunkId, offset, total }: FramePart): boolean {
    const first = this.#first;
    return (
      first !== undefined &&
      first.kind === kind &&
      first.chunkId === chunkId &&
      first.total === total &&
      offset === this.#length
    );
  }
}

/** The chunk whose pieces these bytes are. */
export const readWholeChunk = (whole: Uint8Array, id: number): FrameResult<Chunk> => {
  const chunks = splitRecords(whole, id, 1);
  if (!chunks.ok) return chunks;
  const [chunk] = chunks.value;
  return chunk === undefined ? failed({ kind: 'bad_record', what: 'the chunk is missing' }) : read(chunk);
};
