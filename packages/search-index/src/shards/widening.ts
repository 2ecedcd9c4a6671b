// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { type Adapted, recognised } from '../fusion/adapt.js';
import { type Spread, standardised } from '../fusion/fuse.js';
import type { SearchSettings } from '../options.js';
import type { WordQuestion } from '../words/bm25.js';
import { rarityIn, wordQuestion } from '../words/collection.js';
import { widened } from '../words/feedback.js';
import type { BothSides } from './both-sides.js';
import type { Answer } from './rank-candidates.js';
import { ask, count, type Rounds, type SlotRange } from './rounds.js';

/** The question with words of its first answers; `undefined` where there is nothing to add. */
export function* widenedBy(
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
