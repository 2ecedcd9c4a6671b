import type { ArchiveInfo } from '@memvisor/codec';
import type { ReadChunk, SearchAnswer, SearchResult } from '../results.js';
import type { RetrieverStats } from '../retriever.js';
import type { ArchiveFailure, ArchiveReport } from './failure.js';

/** Where a chunk of several archives is: ids are each archive's own. */
export interface ChunkAddress {
  /** As results name it. */
  readonly archive: string;
  readonly chunkId: number;
}

/** One answer, and the archive that it is from. */
export type ArchiveResult = SearchResult & { readonly archive: string };

/** A chunk read by its address. */
export type ArchiveChunk = ReadChunk & { readonly archive: string };

/** What several archives answer together. */
export type ArchivesAnswer = Omit<SearchAnswer, 'results' | 'notice'> & {
  readonly results: readonly ArchiveResult[];
  /** Every archive, whether it took part, and why not. */
  readonly archives: readonly ArchiveReport[];
};

/** Several archives in numbers. */
export interface ArchivesStats {
  /** Of each that is open; of the others why not. */
  readonly archives: readonly (
    | ({ readonly archive: string; readonly ok: true } & RetrieverStats)
    | {
        readonly archive: string;
        readonly ok: false;
        readonly failure: ArchiveFailure;
        readonly message: string;
      }
  )[];
  /** Of those that are open, together. */
  readonly chunks: number;
  readonly frames: ArchiveInfo['frames'];
  /** Searches answered so far. */
  readonly searches: number;
}
