// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { adapt, type WordEvidence } from '../fusion/adapt.js';
import { TopK } from '../top-k.js';
import type { WordQuestion } from '../words/bm25.js';
import { questionWorth, wordQuestion } from '../words/collection.js';
import { coverageQuestion } from '../words/coverage.js';
import { questionTerms } from '../words/feedback.js';
import { askBothSides, type BothSides, evenSample } from './both-sides.js';
import type { Mode } from './mode.js';
import { rankCandidates } from './rank-candidates.js';
import { count } from './rounds.js';
import { widenedBy } from './widening.js';

/** How many answers by words alone tell how sure these are. */
const evidenceAnswers = 5;

/**
 * Words and vectors together, in two steps: what covers the question, in its words or in ones spelled alike, and what the
 * vectors find is fused; words of the first answers widen the question, and what both sides find then is fused again.
 */
export const hybrid: Mode = function* (shards, request) {
  const { text = '', k, fusion } = request;
  const question = questionTerms(text);
  const { coverage } = fusion;
  const variants = coverage === false ? 0 : coverage.variants;
  const { collection, range, alike } = yield* count(shards.length, [...question.keys()], variants);
  const plain = wordQuestion(collection, question);
  const covering = coverage === false ? plain : coverageQuestion(collection, question, alike);
  const asked = { shards, range, request, sample: evenSample(range) };
  const found = yield* askBothSides(asked, { plain, covering, wide: covering });
  const worth = questionWorth(collection, question);
  const reachable = { plain: worth * (plain.k1 + 1), covering: worth * (covering.k1 + 1) };
  const given = {
    dense: fusion.denseWeight,
    feedback: fusion.feedback === false ? 0 : fusion.feedback.weight,
  };
  const fitted = fusion.adapt ? adapt(evidenceOf(found, plain, reachable), given) : { ...given, trust: 1 };
  const by = {
    method: fusion.method,
    opening: fusion.openingWeight,
    coverage: coverage === false ? 0 : coverage.weight,
    reachable: reachable.covering,
    ...fitted,
  };
  const looked = fusion.feedback === false ? 0 : fusion.feedback.chunks;
  const ranked = rankCandidates(found, by, Math.max(k, looked));
  const wide = yield* widenedBy({ ranked, found, range, collection, question, plain, fusion, fitted });
  if (wide === undefined) return { range, rows: ranked.slice(0, k) };
  const again = yield* askBothSides(asked, { plain, covering, wide }, found);
  return { range, rows: rankCandidates(again, by, k, fusion.adapt ? ranked[0]?.slot : undefined) };
};

/** What the first answers by words say. */
const evidenceOf = (
  { places, candidates }: BothSides,
  { gains }: WordQuestion,
  reachable: Readonly<Record<'plain' | 'covering', number>>,
): WordEvidence => {
  const best = new TopK(evidenceAnswers);
  let covered = 0;
  for (const [at, { matches, plain, coverage }] of candidates.entries()) {
    if (matches) best.offer(places[at]!, plain);
    covered = Math.max(covered, coverage);
  }
  return {
    scores: best.ranked().map(({ score }) => score),
    ideal: reachable.plain,
    terms: gains.length,
    covered: reachable.covering > 0 ? covered / reachable.covering : 0,
  };
};
