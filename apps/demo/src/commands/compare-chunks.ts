import type { Mismatch } from './verify.js';

/** A chunk as an index knows it. */
export interface KnownChunk {
  readonly id: number;
  readonly frame: number;
  readonly length: number;
  /** The text itself, where the index has it. */
  readonly text?: string;
}

/** The chunks of an index, ours or memvid v1's. */
export interface KnownChunks {
  chunk(id: number): KnownChunk | undefined;
  chunks(): Iterable<KnownChunk>;
}

/** memvid v1's chunks, with their texts. */
export const memvidChunks = (
  chunks: readonly { readonly id: number; readonly frame: number; readonly text: string }[],
): KnownChunks => {
  const known = chunks.map((chunk) => ({ ...chunk, length: chunk.text.length }));
  const byId = new Map(known.map((chunk) => [chunk.id, chunk]));
  return { chunk: (id) => byId.get(id), chunks: () => known };
};

/** Holds the chunks of a video against those of its index; what differs goes to `mismatches`. */
export const compareChunks = (index: KnownChunks, mismatches: Mismatch[]) => {
  const frameOf = new Map<number, number>();
  return {
    see: ({ id, text }: { readonly id: number; readonly text: string }, frame: number): void => {
      frameOf.set(id, frame);
      const known = index.chunk(id);
      if (known === undefined) mismatches.push({ kind: 'not_in_index', chunkId: id, frame });
      else if (known.length !== text.length)
        mismatches.push({ kind: 'differs', chunkId: id, frame, what: 'length' });
      else if (known.text !== undefined && known.text !== text)
        mismatches.push({ kind: 'differs', chunkId: id, frame, what: 'text' });
    },
    /** @param framesOf the video's own table; a chunk larger than a frame is in several */
    rest: (framesOf: (id: number) => readonly number[]): Mismatch[] =>
      [...index.chunks()].flatMap(({ id, frame }): Mismatch[] => {
        const seen = frameOf.get(id);
        if (seen === undefined) return [{ kind: 'not_in_video', chunkId: id, frame }];
        if (seen === frame || framesOf(id).includes(frame)) return [];
        return [{ kind: 'differs', chunkId: id, frame: seen, what: 'frame' }];
      }),
  };
};
