import { checkEntry } from './chunks/check-entry.js';
import type { Chunk, ChunkPlace } from './chunks/chunk.js';
import { ChunkTable } from './chunks/chunk-table.js';
import type { ChunkFilter } from './chunks/filter.js';
import { placeOf } from './chunks/place.js';
import { IndexOptionError } from './failure.js';
import {
  checkIndexOptions,
  checkSearch,
  type FusionOptions,
  type IndexOptions,
  type IndexSettings,
  type SearchMode,
} from './options.js';
import { type SearchHit, search } from './search.js';
import { type Searched, Shard } from './shards/shard.js';
import type { ShardReply, ShardRequest } from './shards/shard-request.js';
import { VectorTable } from './vectors/vector-table.js';
import { WordIndex } from './words/word-index.js';

/** A chunk as it is added: what the index keeps about it, and what it is found by. */
export type IndexEntry = ChunkPlace & {
  readonly id: number;
  readonly frame: number;
  /** @defaultValue `''` */
  readonly source?: string;
  /** @defaultValue `0` */
  readonly offset?: number;
  readonly metadata?: Chunk['metadata'];
  readonly snippet?: string;
  /** The chunk's text. Its words are kept, the text is not. */
  readonly text: string;
  /** One vector, or one for each window of a long chunk; none when only words shall find it. */
  readonly vectors: readonly Float32Array[];
};

/** A question. */
export type SearchRequest = {
  /** The question's words; needed unless `mode` is `dense`. */
  readonly text?: string;
  /** The question's vector; needed unless `mode` is `lexical`. */
  readonly vector?: Float32Array;
  /** How many answers at most. @defaultValue `5` */
  readonly k?: number;
  /** @defaultValue `'hybrid'` */
  readonly mode?: SearchMode;
  /** Which chunks may be answers; applied before the best `k` are chosen. */
  readonly filter?: ChunkFilter;
  /**
   * How much answers shall differ from each other, from 0 (not asked for) to 1: maximal marginal relevance, with the
   * cosine of the chunks' vectors as their likeness. Overlapping or repeated passages then give way to the next best.
   * @defaultValue `0`
   */
  readonly diversity?: number;
  /** How hybrid search weighs its two sides. */
  readonly fusion?: FusionOptions;
};

/** An index in numbers. */
export type IndexStats = IndexSettings & {
  readonly chunks: number;
  readonly vectors: number;
  readonly terms: number;
  readonly frames: number;
  readonly sources: readonly string[];
};

/** The parts that a file keeps. */
export type IndexParts = Pick<Searched, 'settings' | 'chunks' | 'vectors' | 'words'>;

/**
 * Vectors, words and metadata of chunks, and the search over them, in this process and synchronously.
 *
 * Adding and searching take milliseconds of the calling thread; where that matters, or for faiss, use
 * `startIndexServer`, which keeps the same index in a process of its own.
 *
 * @example
 * const index = new SearchIndex({ dimensions: 3 });
 * index.add({ id: 0, frame: 0, text: 'Bees make honey.', vectors: [Float32Array.of(1, 0, 0)] });
 * index.add({ id: 1, frame: 0, text: 'Cows give milk.', vectors: [Float32Array.of(0, 1, 0)] });
 * const [best] = index.search({ text: 'honey', vector: Float32Array.of(1, 0.1, 0) });
 * console.log(best?.chunk.id); // => 0
 */
export class SearchIndex {
  #parts: IndexParts;
  #nearest: Searched['nearest'];

  /** @throws {IndexOptionError} Naming the first option that is wrong. */
  constructor(options: IndexOptions) {
    const settings = checkIndexOptions(options);
    this.#parts = {
      settings,
      chunks: new ChunkTable(),
      vectors: new VectorTable(settings),
      words: new WordIndex(),
    };
  }

  /** @internal An index made of what a file held. */
  static fromParts(parts: IndexParts): SearchIndex {
    const index = new SearchIndex(parts.settings);
    index.#parts = parts;
    return index;
  }

  /** @internal */
  get parts(): IndexParts {
    return this.#parts;
  }

  /** @internal From now on the nearest vectors are found in this way, not by looking at each. */
  findNearestBy(nearest: NonNullable<Searched['nearest']>): void {
    this.#nearest = nearest;
  }

  /** Chunks in the index. */
  get size(): number {
    return this.#parts.chunks.size;
  }

  /** What the index was made for. */
  get settings(): IndexSettings {
    return this.#parts.settings;
  }

  /**
   * Adds a chunk.
   *
   * @throws {IndexOptionError} Before anything is changed: an id that is taken or out of range, a vector
   * of another length or with a number that is not finite.
   */
  add(entry: IndexEntry): void {
    this.addAll([entry]);
  }

  /**
   * Adds chunks: all, or none when one of them is wrong.
   *
   * @throws {IndexOptionError} As {@link SearchIndex.add}.
   */
  addAll(entries: readonly IndexEntry[]): void {
    const { settings, chunks, vectors, words } = this.#parts;
    const ids = new Set<number>();
    for (const entry of entries) {
      checkEntry(entry, settings.dimensions);
      if (chunks.slotOf(entry.id) !== undefined || ids.has(entry.id))
        throw new IndexOptionError('id', entry.id, 'an id not in the index yet');
      ids.add(entry.id);
    }
    for (const entry of entries) {
      const { id, frame, source = '', offset = 0, metadata, snippet, text, vectors: own } = entry;
      chunks.add({
        id,
        frame,
        source,
        offset,
        length: text.length,
        ...placeOf(entry),
        ...(metadata === undefined ? {} : { metadata }),
        ...(snippet === undefined ? {} : { snippet }),
      });
      vectors.add(own);
      words.add(text, offset === 0);
    }
  }

  /**
   * The best chunks for a question, best first. Chunks with equal scores come in the order in which they were added.
   *
   * @throws {IndexOptionError} Naming the first part of the request that is wrong.
   */
  search(request: SearchRequest): SearchHit[] {
    return search({ ...this.#parts, nearest: this.#nearest }, checkSearch(request, this.settings.dimensions));
  }

  /** @internal Answers one step of a search over several indexes. */
  answer(request: ShardRequest): ShardReply {
    return new Shard({ ...this.#parts, nearest: this.#nearest }).answer(request);
  }

  /** A chunk by its id. */
  chunk(id: number): Chunk | undefined {
    const slot = this.#parts.chunks.slotOf(id);
    return slot === undefined ? undefined : this.#parts.chunks.at(slot);
  }

  /** The chunks of a frame, in the order of adding. */
  chunksOfFrame(frame: number): Chunk[] {
    return this.#parts.chunks.slotsOfFrame(frame).map((slot) => this.#parts.chunks.at(slot));
  }

  /** All chunks, in the order of adding. */
  *chunks(): IterableIterator<Chunk> {
    for (let slot = 0; slot < this.size; slot += 1) yield this.#parts.chunks.at(slot);
  }

  /** The index in numbers. */
  stats(): IndexStats {
    const { settings, chunks, vectors, words } = this.#parts;
    return {
      ...settings,
      chunks: chunks.size,
      vectors: vectors.rowCount,
      terms: words.termCount,
      frames: chunks.frameCount,
      sources: chunks.sourceNames,
    };
  }
}
