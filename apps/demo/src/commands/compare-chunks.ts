import { isDeepStrictEqual } from 'node:util';
import { type PlacedChunk, placedChunk } from '@memvisor/encoder';
import type { Chunk, SearchIndex } from '@memvisor/search-index';
import type { Difference, Mismatch } from './mismatch.js';

/** A chunk as an index knows it. */
export interface KnownChunk {
  readonly id: number;
  readonly frame: number;
  readonly length: number;
  /** The text itself, where the index has it. */
  readonly text?: string;
  /** Where it stands and how it is marked, where the index knows that. */
  readonly place?: Place;
}

type Place = Pick<PlacedChunk, 'source' | 'start' | 'lines' | 'headings' | 'page' | 'metadata'>;
/** A chunk as a video gives it. */
type ReadChunk = Parameters<typeof placedChunk>[0];

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

/** Our chunks, with their places in the words that the video uses; a `json` archive has no places to compare. */
export const indexedChunks = (
  index: SearchIndex,
  { hasPlaces }: { readonly hasPlaces: boolean },
): KnownChunks => ({
  chunk: (id) => {
    const chunk = index.chunk(id);
    return chunk && { ...chunk, ...(hasPlaces ? { place: placeOf(chunk) } : {}) };
  },
  chunks: () => index.chunks(),
});

const placeOf = ({ source, offset, lines, headings = [], page, metadata = {} }: Chunk): Place => ({
  ...{ source, start: offset, headings, metadata: metadata as Place['metadata'] },
  ...(lines === undefined ? {} : { lines }),
  ...(page === undefined ? {} : { page }),
});

const placeParts = ['source', 'start', 'lines', 'headings', 'page', 'metadata'] as const;

/** Holds the chunks of a video against those of its index; what differs goes to `mismatches`. */
export const compareChunks = (index: KnownChunks, mismatches: Mismatch[]) => {
  const frameOf = new Map<number, number>();
  return {
    see: (chunk: ReadChunk, frame: number): void => {
      const { id } = chunk;
      frameOf.set(id, frame);
      const known = index.chunk(id);
      if (known === undefined) mismatches.push({ kind: 'not_in_index', chunkId: id, frame });
      else
        for (const what of differences(known, chunk))
          mismatches.push({ kind: 'differs', chunkId: id, frame, what });
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

const differences = ({ length, text, place }: KnownChunk, chunk: ReadChunk): Difference[] => {
  const found: Difference[] = [];
  if (length !== chunk.text.length) found.push('length');
  else if (text !== undefined && text !== chunk.text) found.push('text');
  if (place === undefined) return found;
  const placed = placedChunk(chunk);
  return [...found, ...placeParts.filter((part) => !isDeepStrictEqual(place[part], placed[part]))];
};
