// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import MiniSearch, { type AsPlainObject, type Options } from 'minisearch';
import { TopK } from '../top-k.js';
import type { WordIndex } from './word-index.js';

/** How much a repeated word and a chunk's length count. */
export type Bm25Options = {
  /** From 0 (a word counts once) upwards; where the worth of repeats saturates. */
  readonly k1: number;
  /** From 0 (length does not matter) to 1 (fully discounted). */
  readonly b: number;
};

/** What a question asks for: how much each term counts, by term id. */
export type TermWeights = ReadonlyMap<number, number>;

/** Rare terms tell more: MiniSearch's inverse document frequency, never negative. */
export const rarity = (chunkCount: number, chunksWithTerm: number): number =>
  Math.log(1 + (chunkCount - chunksWithTerm + 0.5) / (chunksWithTerm + 0.5));

/** Which chunks a question's words are looked for in. */
export type Bm25Scope = {
  /** Only these may be answers; all where absent. */
  readonly allowed?: ((slot: number) => boolean) | undefined;
  /** Slots to score whether or not they are promising. */
  readonly also?: readonly number[];
};

/** How many chunks with the most telling of a question's words are scored. */
const promisingChunks = 400;
const field = 'text';
const separator = '\n';

/**
 * BM25 by MiniSearch, by slot; 0 where no term matches.
 *
 * MiniSearch is handed, for each question, the question's terms in the promising chunks: a loaded index of
 * 10,000 chunks costs 300 ms to load and 20 ms a question, most of it for chunks that hold a common word
 * and are no answer. Chunks are promising by the rarity of the terms they hold; where no more than
 * 400 hold any, all are scored.
 */
export const scoreBm25 = (
  words: WordIndex,
  weights: TermWeights,
  { k1, b }: Bm25Options,
  scope: Bm25Scope = {},
): Float64Array => {
  const scores = new Float64Array(words.size);
  if (weights.size === 0) return scores;
  const chosen = promising(words, weights, scope);
  const part = partOf(words, [...weights.keys()], chosen);
  const boosts = new Map<string, number>();
  for (const [term, weight] of weights) {
    const { name, all, found } = part.terms.get(term)!;
    // MiniSearch takes the chunks it sees for all that hold the term; this puts the term's rarity right.
    boosts.set(name, (weight * rarity(words.size, all)) / rarity(words.size, found));
  }
  const options: Options<{ id: number; text: string }> = {
    fields: [field],
    tokenize: (text) => text.split(separator),
    processTerm: (term) => term,
  };
  MiniSearch.loadJS(part.plain, options).search([...boosts.keys()].join(separator), {
    bm25: { k: k1, b, d: 0 },
    boostTerm: (term) => boosts.get(term) ?? 0,
    // Collected here and dropped: results need no sorting. MiniSearch multiplies BM25 by the number of
    // terms that match; the fusion's trust in the words measures that better.
    filter: ({ id, score, queryTerms }) => {
      scores[id] = score / Math.max(1, queryTerms.length);
      return false;
    },
  });
  return scores;
};

/** Marks the chunks to score. */
const promising = (words: WordIndex, weights: TermWeights, { allowed, also = [] }: Bm25Scope): Uint8Array => {
  const { starts, columns } = words.inverted;
  const promise = new Float64Array(words.size);
  for (const [term, weight] of weights) {
    const gain = weight * rarity(words.size, starts[term + 1]! - starts[term]!);
    for (let at = starts[term]!; at < starts[term + 1]!; at += 1) promise[columns[at]!]! += gain;
  }
  const best = new TopK(promisingChunks);
  for (let slot = 0; slot < promise.length; slot += 1)
    if (promise[slot]! > 0 && (allowed === undefined || allowed(slot))) best.offer(slot, promise[slot]!);
  const chosen = new Uint8Array(words.size);
  for (const { slot } of best.ranked()) chosen[slot] = 1;
  for (const slot of also) chosen[slot] = 1;
  return chosen;
};

type PartTerm = { readonly name: string; readonly all: number; readonly found: number };

/** What MiniSearch would have saved, had it indexed only these terms of these chunks. */
const partOf = (
  words: WordIndex,
  terms: readonly number[],
  chosen: Uint8Array,
): { readonly plain: AsPlainObject; readonly terms: ReadonlyMap<number, PartTerm> } => {
  const { starts, columns, counts } = words.inverted;
  const documentIds: Record<string, number> = {};
  const fieldLength: Record<string, number[]> = {};
  const index: [string, Record<string, Record<string, number>>][] = [];
  const facts = new Map<number, PartTerm>();
  for (const term of terms) {
    const chunks: Record<string, number> = {};
    let found = 0;
    for (let at = starts[term]!; at < starts[term + 1]!; at += 1) {
      const slot = columns[at]!;
      if (chosen[slot] === 0) continue;
      found += 1;
      chunks[slot] = counts[at]!;
      documentIds[slot] = slot;
      fieldLength[slot] = [words.lengths[slot]!];
    }
    const name = words.terms[term]!;
    index.push([name, { 0: chunks }]);
    facts.set(term, { name, all: starts[term + 1]! - starts[term]!, found });
  }
  const plain = {
    documentCount: words.size,
    nextId: words.size,
    documentIds,
    fieldIds: { [field]: 0 },
    fieldLength,
    averageFieldLength: [words.averageLength],
    storedFields: {},
    dirtCount: 0,
    index,
    serializationVersion: 2,
  };
  return { plain, terms: facts };
};
