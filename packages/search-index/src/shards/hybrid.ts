// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { type Adapted, adapt, recognised, type WordEvidence } from '../fusion/adapt.js';
import { type FusionMethod, type FusionWeights, type Spread, standardised } from '../fusion/fuse.js';
import { fuseBy } from '../fusion/fuse-by.js';
import type { SearchSettings } from '../options.js';
import { type Scored, TopK } from '../top-k.js';
import type { WordQuestion } from '../words/bm25.js';
import { questionWorth, rarityIn, wordQuestion } from '../words/collection.js';
import { coverageQuestion } from '../words/coverage.js';
import { questionTerms, widened } from '../words/feedback.js';
import { askBothSides, type BothSides, evenSample } from './both-sides.js';
import type { Mode } from './mode.js';
import { ask, count, type Rounds, type SlotRange } from './rounds.js';

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
  const ranked = rank(found, by, Math.max(k, looked));
  const wide = yield* widenedBy(ranked, found, range, question, plain, fusion, fitted);
  if (wide === undefined) return { range, rows: ranked.slice(0, k) };
  const again = yield* askBothSides(asked, { plain, covering, wide }, found);
  return { range, rows: rank(again, by, k, fusion.adapt ? ranked[0]?.slot : undefined) };
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

type Answer = Scored & { readonly dense: number | null; readonly lexical: number };

/** How candidates are ranked: the shares of the sides, and what the question's words can reach. */
type RankedBy = FusionWeights & { readonly method: FusionMethod; readonly reachable: number };

/** @param ahead the place of one that goes before all others */
const rank = (
  { places, candidates, spreads }: BothSides,
  { method, reachable, ...weights }: RankedBy,
  k: number,
  ahead?: number,
): Answer[] => {
  const pairs = candidates.map(({ dense, coverage, wide, opening }) => ({
    dense,
    lexical: wide,
    coverage,
    // Two words spelled like one of the question are not more than that one.
    opening: reachable > 0 ? Math.min(1, opening / reachable) : 0,
  }));
  const fused = fuseBy(method, pairs, weights, () => spreads);
  const first = ahead === undefined ? -1 : places.indexOf(ahead);
  if (first >= 0) fused[first] = Math.max(fused[first]!, justAbove(fused));
  const best = new TopK(k);
  for (const [at, place] of places.entries()) best.offer(place, fused[at]!);
  return best.ranked().map((scored) => {
    const { dense, plain } = candidates[places.indexOf(scored.slot)]!;
    return { ...scored, dense: dense ?? null, lexical: plain };
  });
};

/** The least that beats all scores, equal ones included, whatever their size. */
const justAbove = (scores: readonly number[]): number => {
  const best = scores.reduce((a, b) => Math.max(a, b), 0);
  return best + Math.max(best, 1) * 1e-12;
};

/** The question with words of its first answers; `undefined` where there is nothing to add. */
function* widenedBy(
  ranked: readonly Answer[],
  { spreads }: BothSides,
  range: SlotRange,
  question: ReadonlyMap<string, number>,
  plain: WordQuestion,
  { feedback, adapt: isAdapted }: SearchSettings['fusion'],
  fitted: Adapted,
): Rounds<WordQuestion | undefined> {
  if (feedback === false) return undefined;
  const first = ranked.slice(0, feedback.chunks).filter(({ score }) => score > 0);
  const standing = standingOf(first[0], spreads.dense);
  const weight = fitted.feedback * (isAdapted ? recognised(standing) : 1);
  if (first.length === 0 || plain.gains.length === 0 || weight === 0) return undefined;
  const places = first.map(({ slot }) => slot);
  const replies = yield* ask('rows', range.byShard(places));
  const rows = range.inOrder(
    places,
    replies.map((reply) => reply?.rows),
  );
  const terms = new Set([...question.keys(), ...rows.flatMap((row) => row.map(([term]) => term))]);
  const { collection } = yield* count(range.shards, [...terms]);
  const weights = widened(
    new Map(plain.gains.map(([term]) => [term, question.get(term)!])),
    first.map(({ score }, at) => ({ score, terms: rows[at]! })),
    { ...feedback, weight },
    rarityIn(collection),
  );
  return wordQuestion(collection, weights);
}

/** How far the vectors set an answer apart from the collection, in standard deviations; `undefined` where they can't say. */
const standingOf = (answer: Answer | undefined, spread: Spread): number | undefined =>
  answer === undefined || answer.dense === null ? undefined : standardised(answer.dense, spread);
