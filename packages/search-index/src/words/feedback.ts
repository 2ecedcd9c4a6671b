// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import type { Scored } from '../top-k.js';
import { rarity, type TermWeights } from './bm25.js';
import { termsOf } from './terms.js';
import type { WordIndex } from './word-index.js';

/** How often each known term stands in a question. */
export const questionTerms = (words: WordIndex, question: string): Map<number, number> => {
  const weights = new Map<number, number>();
  for (const term of termsOf(question)) {
    const id = words.termId(term);
    if (id !== undefined) weights.set(id, (weights.get(id) ?? 0) + 1);
  }
  return weights;
};

/** The BM25 score that a chunk holding all of a question's words very often would come near; unknown words count. */
export const idealScore = (words: WordIndex, question: string, k1: number): number => {
  const { starts } = words.inverted;
  let sum = 0;
  for (const term of termsOf(question)) {
    const id = words.termId(term);
    sum += rarity(words.size, id === undefined ? 0 : starts[id + 1]! - starts[id]!);
  }
  return sum * (k1 + 1);
};

/** A first answer that scores so much less than the best, as a share of it, counts 1/e of that one. */
const fallOff = 0.05;

/** How a question is widened with words of its first answers (pseudo-relevance feedback, RM3). */
export type FeedbackOptions = {
  /** How many of the first answers are looked at. */
  readonly chunks: number;
  /** How many of their words are taken. */
  readonly terms: number;
  /** From 0 (the question alone) to 1 (the new words alone). */
  readonly weight: number;
};

/**
 * A question's terms and the most telling terms of its first answers: what a text about the matter
 * also speaks of. Weights add up to 1.
 */
export const widened = (
  words: WordIndex,
  question: TermWeights,
  first: readonly Scored[],
  { chunks, terms, weight }: FeedbackOptions,
): TermWeights => {
  const found = first.slice(0, chunks).filter(({ score }) => score > 0);
  if (found.length === 0) return question;
  const { lengths } = words;
  const rows = words.rowsOf(found.map(({ slot }) => slot));
  const shares = new Map<number, number>();
  const best = found[0]!.score;
  found.forEach(({ slot, score }, at) => {
    const worth = Math.exp((score / best - 1) / fallOff);
    for (const { term, count } of rows[at]!) {
      const share = (worth * count) / lengths[slot]!;
      shares.set(term, (shares.get(term) ?? 0) + share);
    }
  });
  const taken = [...shares].sort(([a, x], [b, y]) => y - x || a - b).slice(0, terms);
  const total = (entries: Iterable<readonly [number, number]>): number => {
    let sum = 0;
    for (const [, value] of entries) sum += value;
    return sum;
  };
  const [asked, added] = [total(question), total(taken)];
  const mixed = new Map<number, number>();
  for (const [term, value] of question) mixed.set(term, ((1 - weight) * value) / asked);
  for (const [term, value] of taken) mixed.set(term, (mixed.get(term) ?? 0) + (weight * value) / added);
  return mixed;
};
