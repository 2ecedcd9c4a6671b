// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { termsOf } from './terms.js';

/** How much each term counts. */
export type TermWeights = ReadonlyMap<string, number>;

/** How often each term stands in a question. */
export const questionTerms = (question: string): Map<string, number> => {
  const weights = new Map<string, number>();
  for (const term of termsOf(question)) weights.set(term, (weights.get(term) ?? 0) + 1);
  return weights;
};

/** A first answer that scores so much less than the best, as a share of it, counts 1/e of that one. */
const fallOff = 0.1;

/** An answer that counts less than this share of the best one is not looked at. */
const leastWorth = 0.05;

const worthOf = (score: number, best: number): number => Math.exp((score / best - 1) / fallOff);

/** Those of the first answers, best first, whose words count. */
export const telling = <Answer extends { readonly score: number }>(
  first: readonly Answer[],
  chunks: number,
): Answer[] => {
  const best = first[0]?.score ?? 0;
  return first.slice(0, chunks).filter(({ score }) => score > 0 && worthOf(score, best) >= leastWorth);
};

/** How a question is widened with words of its first answers (pseudo-relevance feedback, RM3). */
export type FeedbackOptions = {
  /** How many of the first answers are looked at. */
  readonly chunks: number;
  /** How many of their words are taken. */
  readonly terms: number;
  /** From 0 (the question alone) to 1 (the new words alone). */
  readonly weight: number;
};

/** A first answer: its score, and how often each term is in it. */
export type FirstAnswer = {
  readonly score: number;
  readonly terms: readonly (readonly [term: string, count: number, ...rest: number[]])[];
};

/**
 * A question's terms and the most telling terms of its first answers: what a text about the matter
 * also speaks of, and rather the rare words of it. Weights add up to 1.
 *
 * @param question its terms that are in the collection
 * @param first best first
 * @param rarityOf how much a term tells
 */
export const widened = (
  question: TermWeights,
  first: readonly FirstAnswer[],
  { chunks, terms, weight }: FeedbackOptions,
  rarityOf: (term: string) => number,
): TermWeights => {
  const found = telling(first, chunks);
  if (found.length === 0) return question;
  const shares = new Map<string, number>();
  const best = found[0]!.score;
  for (const { score, terms: held } of found) {
    const worth = worthOf(score, best);
    for (const [term, count] of held)
      shares.set(term, (shares.get(term) ?? 0) + (worth * count * Math.sqrt(rarityOf(term))) / held.length);
  }
  // Equal shares in the order of the words: it must not depend on which index knows a word since when.
  const taken = [...shares].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, terms);
  const total = (entries: Iterable<readonly [string, number]>): number => {
    let sum = 0;
    for (const [, value] of entries) sum += value;
    return sum;
  };
  const [asked, added] = [total(question), total(taken)];
  const mixed = new Map<string, number>();
  for (const [term, value] of question) mixed.set(term, ((1 - weight) * value) / asked);
  for (const [term, value] of taken) mixed.set(term, (mixed.get(term) ?? 0) + (weight * value) / added);
  return mixed;
};
