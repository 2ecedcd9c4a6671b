import type { Chunk } from '../chunks/chunk.js';
import type { ChunkFilter } from '../chunks/filter.js';
import type { Scored } from '../top-k.js';
import type { AlikeTerms } from '../words/alike.js';
import type { Bm25Options, WordQuestion } from '../words/bm25.js';
import type { WordCounts } from '../words/collection.js';

/** What is common to requests that look for chunks. */
type Filtered = { readonly filter?: ChunkFilter | undefined };

/**
 * One step of a search, as one of the indexes that are searched as one is asked it. Plain data, for other processes.
 *
 * - `count`: how large it is, in how many of its chunks each term is, and which terms are spelled like it
 * - `matches`: its best chunks by words
 * - `rows`: the words of some chunks, with their counts in this index
 * - `nearest`: its nearest chunks by vectors
 * - `candidates`: its best chunks by words and by vectors, with both scores, and the scores of a sample
 * - `directions`: which way the vectors of some chunks point
 * - `chunks`: what it knows about some chunks
 */
export type ShardRequest =
  | {
      readonly type: 'count';
      readonly terms: readonly string[];
      /** How many terms that are spelled like each of them it shall name. @defaultValue `0` */
      readonly alike?: number;
    }
  | ({ readonly type: 'matches'; readonly words: WordQuestion; readonly k: number } & Filtered)
  | { readonly type: 'rows'; readonly slots: readonly number[] }
  | ({ readonly type: 'nearest'; readonly vector: Float32Array; readonly k: number } & Filtered)
  | ({
      readonly type: 'candidates';
      /** The question as it was asked, with words spelled alike, and with the words of the first answers. */
      readonly plain: WordQuestion;
      readonly covering: WordQuestion;
      readonly wide: WordQuestion;
      /** Absent where the index's vectors can't be compared with the question's. */
      readonly vector?: Float32Array | undefined;
      readonly perSide: number;
      /** Chunks whose scores tell how scores spread. */
      readonly sample: readonly number[];
      /** What was found before: vectors are not searched again, and say nothing of these and of the sample. */
      readonly known?: readonly number[] | undefined;
    } & Filtered)
  | {
      readonly type: 'directions';
      readonly slots: readonly number[];
      /** In the model's own numbers, not in those that this index alone keeps. */
      readonly unreduced: boolean;
    }
  | { readonly type: 'chunks'; readonly slots: readonly number[] };

/** A chunk that one side found, and what both say of it. */
export type Candidate = {
  readonly slot: number;
  readonly dense: number | undefined;
  /** By the words of the question, by words spelled alike, and by those of the widened question. */
  readonly plain: number;
  readonly coverage: number;
  readonly wide: number;
  /** What of the question's words, and of those spelled alike, is in its opening is worth. */
  readonly opening: number;
  /** Which side found it. */
  readonly near: boolean;
  readonly matches: boolean;
};

/** A term of a chunk, how often it is there, and how many chunks of the index hold it. */
export type RowTerm = readonly [term: string, times: number, chunksWith: number];

/** What an index answers to each {@link ShardRequest}; its parts are in the order asked. */
export type ShardReply =
  | ({ readonly type: 'count'; readonly bm25: Bm25Options; readonly alike: AlikeTerms } & WordCounts)
  | { readonly type: 'matches'; readonly found: readonly Scored[] }
  | { readonly type: 'rows'; readonly rows: readonly (readonly RowTerm[])[] }
  | { readonly type: 'nearest'; readonly found: readonly Scored[] }
  | {
      readonly type: 'candidates';
      readonly found: readonly Candidate[];
      readonly sample: Readonly<Record<'dense' | 'lexical' | 'coverage', readonly number[]>>;
    }
  | { readonly type: 'directions'; readonly directions: readonly Float32Array[] }
  | { readonly type: 'chunks'; readonly chunks: readonly Chunk[] };
