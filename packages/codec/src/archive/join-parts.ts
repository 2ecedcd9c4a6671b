import { Assembler, readWholeChunk } from '../frames/assemble.js';
import type { FrameFailure } from '../frames/frame-failure.js';
import type { ArchiveFrame } from './archive.js';
import type { ReadFrame } from './read-frames.js';

export const lostPart: FrameFailure = { kind: 'bad_record', what: 'a part of its chunk is missing' };

/** Turns frames that come in order into chunks: the parts of a large chunk become one, at the last of its frames. */
export class PartJoiner {
  readonly #assembler = new Assembler();
  #parts: number[] = [];

  next(read: ReadFrame): ArchiveFrame {
    const joined = this.#join(read);
    return joined.ok && read.restored !== undefined ? { ...joined, restored: read.restored } : joined;
  }

  #join({ frame, result }: ReadFrame): ArchiveFrame {
    if (!result.ok) {
      this.#assembler.reset();
      return { ok: false, frame, failure: result.failure };
    }
    const content = result.value;
    if (content.kind === 'chunks') return { ok: true, frame, chunks: content.chunks };
    if (content.kind !== 'piece') return { ok: true, frame, chunks: [] };
    if (content.offset === 0) this.#parts = [];
    this.#parts.push(frame);
    const whole = this.#assembler.add(content);
    if (whole === 'incomplete') return { ok: true, frame, chunks: [] };
    if (whole === 'out_of_order') return { ok: false, frame, failure: lostPart };
    const chunk = readWholeChunk(whole, content.chunkId);
    return chunk.ok
      ? { ok: true, frame, chunks: [chunk.value], parts: this.#parts }
      : { ok: false, frame, failure: chunk.failure };
  }
}

export async function* joinParts(
  frames: AsyncIterable<ReadFrame>,
): AsyncGenerator<ArchiveFrame, void, undefined> {
  const joiner = new PartJoiner();
  for await (const frame of frames) yield joiner.next(frame);
}
