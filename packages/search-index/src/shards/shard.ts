// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import type { ChunkTable } from '../chunks/chunk-table.js';
import { allowedSlots, type ChunkFilter } from '../chunks/filter.js';
import type { IndexSettings } from '../options.js';
import { type Scored, TopK } from '../top-k.js';
import { checkVector } from '../vectors/check-vector.js';
import { normalised } from '../vectors/metric.js';
import type { VectorTable } from '../vectors/vector-table.js';
import { alikeIn } from '../words/alike.js';
import { scoreBm25, scoreOpenings, type WordQuestion } from '../words/bm25.js';
import { countTerms } from '../words/collection.js';
import type { WordCount } from '../words/postings.js';
import type { WordIndex } from '../words/word-index.js';
import type { Candidate, RowTerm, ShardReply, ShardRequest } from './shard-request.js';

/** What a search looks into. */
export type Searched = {
  readonly settings: IndexSettings;
  readonly chunks: ChunkTable;
  readonly vectors: VectorTable;
  readonly words: WordIndex;
  /** Finds the nearest slots in another way than by looking at each, such as faiss. */
  readonly nearest?: ((question: Float32Array, k: number) => readonly Scored[]) | undefined;
};

type Allowed = ((slot: number) => boolean) | undefined;
type Asked<Type extends ShardRequest['type']> = Extract<ShardRequest, { type: Type }>;

/** One index, asked the steps of one search. What two steps need is computed once when both are given the same object. */
export class Shard {
  readonly #searched: Searched;
  readonly #scores = new Map<WordQuestion, Float64Array>();
  readonly #openings = new Map<WordQuestion, Float64Array>();
  readonly #masks = new Map<ChunkFilter, Uint8Array>();

  constructor(searched: Searched) {
    this.#searched = searched;
  }

  /** @throws {IndexOptionError} For a vector of another length than the index's. */
  answer(request: ShardRequest): ShardReply {
    const { settings, chunks, words, vectors } = this.#searched;
    if ('vector' in request && request.vector !== undefined)
      checkVector('vector', request.vector, settings.dimensions);
    switch (request.type) {
      case 'count':
        return {
          type: 'count',
          bm25: settings.bm25,
          ...countTerms(words, request.terms),
          alike: alikeIn(words, request.terms, request.alike ?? 0),
        };
      case 'matches':
        return {
          type: 'matches',
          found: this.#best(request.words, request.k, this.#allowed(request)).ranked(),
        };
      case 'rows':
        return { type: 'rows', rows: words.rowsOf(request.slots).map((row) => row.map(this.#named)) };
      case 'nearest':
        return { type: 'nearest', found: this.#nearest(request.vector, request.k, this.#allowed(request)) };
      case 'candidates':
        return this.#candidates(request);
      case 'directions':
        return { type: 'directions', directions: request.slots.map(directionIn(vectors, request.unreduced)) };
      case 'chunks':
        return { type: 'chunks', chunks: request.slots.map((slot) => chunks.at(slot)) };
    }
  }

  #candidates(request: Asked<'candidates'>): ShardReply {
    const { vector, perSide, sample, known } = request;
    const allowed = this.#allowed(request);
    const plain = this.#scored(request.plain);
    const coverage = this.#scored(request.covering);
    const wide = this.#scored(request.wide);
    const openings = this.#opened(request.covering);
    const asked = vector === undefined ? undefined : this.#searched.vectors.ask(vector);
    const near = new Map<number, number>();
    if (vector !== undefined && known === undefined)
      for (const { slot, score } of this.#nearest(vector, perSide, allowed, asked)) near.set(slot, score);
    const before = new Set(known);
    const matches = new Set(this.#best(request.wide, perSide, allowed).slots());
    const found: Candidate[] = [];
    const add = (slot: number, dense: number | undefined, isNear: boolean): void => {
      found.push({
        slot,
        dense: dense === Number.NEGATIVE_INFINITY ? undefined : dense,
        plain: plain[slot]!,
        coverage: coverage[slot]!,
        wide: wide[slot]!,
        opening: openings[slot]!,
        near: isNear,
        matches: matches.has(slot),
      });
    };
    for (const [slot, score] of near) add(slot, score, true);
    for (const slot of before) if (!near.has(slot)) add(slot, undefined, false);
    for (const slot of matches)
      if (!near.has(slot) && !before.has(slot)) add(slot, asked?.score(slot), false);
    const scores = {
      dense: asked === undefined || known !== undefined ? [] : sample.map((slot) => asked.roughScore(slot)),
      lexical: sample.map((slot) => wide[slot]!),
      coverage: sample.map((slot) => coverage[slot]!),
    };
    return { type: 'candidates', found, sample: scores };
  }

  /** The best of those that match at all. */
  #best(question: WordQuestion, k: number, allowed: Allowed): TopK {
    const scores = this.#scored(question);
    const best = new TopK(k);
    // Most fall short of the worst that is kept: they are told by one comparison here.
    let least = 0;
    for (let slot = 0; slot < scores.length; slot += 1) {
      const score = scores[slot]!;
      if (score <= least || (allowed !== undefined && !allowed(slot))) continue;
      best.offer(slot, score);
      least = Math.max(0, best.least);
    }
    return best;
  }

  #nearest(
    vector: Float32Array,
    k: number,
    allowed: Allowed,
    asked = this.#searched.vectors.ask(vector),
  ): readonly Scored[] {
    const { nearest, vectors } = this.#searched;
    // faiss can't leave chunks out, and asking it for more and then filtering may find too few.
    if (nearest !== undefined && allowed === undefined) return nearest(vector, Math.min(k, vectors.size));
    return asked.nearest(k, allowed);
  }

  #scored(question: WordQuestion): Float64Array {
    const known = this.#scores.get(question) ?? scoreBm25(this.#searched.words, question);
    this.#scores.set(question, known);
    return known;
  }

  #opened(question: WordQuestion): Float64Array {
    const known = this.#openings.get(question) ?? scoreOpenings(this.#searched.words, question);
    this.#openings.set(question, known);
    return known;
  }

  #allowed({ filter }: { readonly filter?: ChunkFilter | undefined }): Allowed {
    if (filter === undefined) return undefined;
    const mask = this.#masks.get(filter) ?? allowedSlots(this.#searched.chunks, filter);
    this.#masks.set(filter, mask);
    return (slot) => mask[slot] === 1;
  }

  readonly #named = ({ term, count }: WordCount): RowTerm => {
    const { terms, inverted } = this.#searched.words;
    return [terms[term]!, count, inverted.starts[term + 1]! - inverted.starts[term]!];
  };
}

/** The direction of a slot's first vector; without numbers where it has none. */
const directionIn =
  (vectors: VectorTable, unreduced: boolean) =>
  (slot: number): Float32Array => {
    const [row, end] = vectors.rowsOf(slot);
    if (row === end) return new Float32Array(0);
    return normalised(unreduced ? vectors.unreducedRow(row) : vectors.row(row));
  };
