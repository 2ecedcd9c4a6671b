// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { type Adapted, adapt, recognised } from '../fusion/adapt.js';
import { type Spread, standardised } from '../fusion/fuse.js';
import { fuseBy } from '../fusion/fuse-by.js';
import type { SearchSettings } from '../options.js';
import { type Scored, TopK } from '../top-k.js';
import type { WordQuestion } from '../words/bm25.js';
import { idealScore, rarityIn, wordQuestion } from '../words/collection.js';
import { questionTerms, widened } from '../words/feedback.js';
import { askBothSides, type BothSides, evenSample } from './both-sides.js';
import type { Mode } from './mode.js';
import { ask, count, type Rounds, type SlotRange } from './rounds.js';

/** How many answers by words alone tell how sure these are. */
const evidenceAnswers = 5;

/**
 * Words and vectors together, in two steps: both sides' answers to the question as it is are fused; words of the first of
 * them widen the question, and what both sides find then is fused again.
 */
export const hybrid: Mode = function* (shards, request) {
  const { text = '', k, fusion } = request;
  const question = questionTerms(text);
  const { collection, range } = yield* count(shards.length, [...question.keys()]);
  const plain = wordQuestion(collection, question);
  const asked = { shards, range, request, sample: evenSample(range) };
  const found = yield* askBothSides(asked, { plain, wide: plain });
  const scores = evidenceOf(found);
  const evidence = { scores, ideal: idealScore(collection, question), terms: plain.gains.length };
  const given = {
    dense: fusion.denseWeight,
    feedback: fusion.feedback === false ? 0 : fusion.feedback.weight,
  };
  const fitted = fusion.adapt ? adapt(evidence, given) : { ...given, trust: 1 };
  const looked = fusion.feedback === false ? 0 : fusion.feedback.chunks;
  const ranked = rank(found, fusion, fitted, Math.max(k, looked));
  const wide = yield* widenedBy(ranked, found, range, question, plain, fusion, fitted);
  const rows =
    wide === undefined
      ? ranked.slice(0, k)
      : rank(yield* askBothSides(asked, { plain, wide }, found), fusion, fitted, k);
  return { range, rows };
};

/** The best scores by words alone, best first. */
const evidenceOf = ({ places, candidates }: BothSides): number[] => {
  const best = new TopK(evidenceAnswers);
  for (const [at, { matches, plain }] of candidates.entries()) if (matches) best.offer(places[at]!, plain);
  return best.ranked().map(({ score }) => score);
};

type Answer = Scored & { readonly dense: number | null; readonly lexical: number };

const rank = (
  { places, candidates, spreads }: BothSides,
  { method }: SearchSettings['fusion'],
  fitted: Adapted,
  k: number,
): Answer[] => {
  const pairs = candidates.map(({ dense, wide }) => ({ dense, lexical: wide }));
  const fused = fuseBy(method, pairs, fitted, () => spreads);
  const best = new TopK(k);
  for (const [at, place] of places.entries()) best.offer(place, fused[at]!);
  return best.ranked().map((scored) => {
    const { dense, plain } = candidates[places.indexOf(scored.slot)]!;
    return { ...scored, dense: dense ?? null, lexical: plain };
  });
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
