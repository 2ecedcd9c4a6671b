import type { Metadata, SearchMode } from '@memvisor/search-index';
import type { Unreadable } from './failure.js';

/** Where a chunk stands and where it came from. */
export interface ChunkPlace {
  readonly chunkId: number;
  /** The video's frame that holds it. */
  readonly frame: number;
  /** The file's path or the name that the text was encoded under. */
  readonly source: string;
  /** Where it begins in the text of its source, in UTF-16 code units. */
  readonly start: number;
  /** One past its last code unit. */
  readonly end: number;
  /** The first and the last line that it is on, from 1; absent where nobody knows. */
  readonly lines?: readonly [first: number, last: number];
  /** The headings above it, outermost first; empty where there are none. */
  readonly headings: readonly string[];
  /** The page that it is on, from 1; absent where there are no pages. */
  readonly page?: number;
  /** What the user marked it with. */
  readonly metadata: Metadata;
}

/** A text read from the video, or why it could not be read. Nothing else ever stands in for it. */
export type ReadText =
  | { readonly text: string; readonly unreadable?: undefined }
  | { readonly text: null; readonly unreadable: Unreadable };

/** One answer to a question. */
export type SearchResult = ChunkPlace &
  ReadText & {
    /** From 1. */
    readonly rank: number;
    /** What the results are ordered by; comparable within one search only. */
    readonly score: number;
    /** Nearness of the vectors; `null` when they were not asked. */
    readonly dense: number | null;
    /** BM25 of the question's words; `null` when they were not asked. */
    readonly lexical: number | null;
  };

/** A chunk read by its id. */
export type ReadChunk = ChunkPlace & ReadText;

/** Answers, and what they took in milliseconds. */
export interface SearchAnswer {
  readonly query: string;
  /** How it was searched: as asked, or `lexical` where the archive has no vectors that ours compare with. */
  readonly mode: SearchMode;
  /** What is particular about this archive and matters for the answer, such as that memvid v1 wrote it. */
  readonly notice?: string;
  readonly results: readonly SearchResult[];
  readonly milliseconds: {
    /** Making the question's vector. */
    readonly embed: number;
    /** Finding the chunks in the index. */
    readonly search: number;
    /** Reading their frames. */
    readonly decode: number;
    readonly total: number;
  };
}
