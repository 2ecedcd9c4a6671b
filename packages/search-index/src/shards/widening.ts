// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { type Adapted, recognised } from '../fusion/adapt.js';
import { type Spread, standardised } from '../fusion/fuse.js';
import type { SearchSettings } from '../options.js';
import type { WordQuestion } from '../words/bm25.js';
import { type Collection, rarityIn, withCounts, wordQuestion } from '../words/collection.js';
import { telling, widened } from '../words/feedback.js';
import type { BothSides } from './both-sides.js';
import type { Answer } from './rank-candidates.js';
import { ask, count, type Rounds, type SlotRange } from './rounds.js';
import type { RowTerm } from './shard-request.js';

/** What a question is widened by. */
export type Widening = {
  /** The first answers, best first. */
  readonly ranked: readonly Answer[];
  readonly found: BothSides;
  readonly range: SlotRange;
  /** Counted for the question's words. */
  readonly collection: Collection;
  readonly question: ReadonlyMap<string, number>;
  readonly plain: WordQuestion;
  readonly fusion: SearchSettings['fusion'];
  readonly fitted: Adapted;
};

/** The question with words of its first answers; `undefined` where there is nothing to add. */
export function* widenedBy({
  ranked,
  found: { spreads },
  range,
  collection: asked,
  question,
  plain,
  fusion: { feedback, adapt: isAdapted },
  fitted,
}: Widening): Rounds<WordQuestion | undefined> {
  if (feedback === false) return undefined;
  const first = telling(ranked, feedback.chunks);
  const standing = standingOf(first[0], spreads.dense);
  const weight = fitted.feedback * (isAdapted ? recognised(standing) : 1);
  if (first.length === 0 || plain.gains.length === 0 || weight === 0) return undefined;
  const places = first.map(({ slot }) => slot);
  const replies = yield* ask('rows', range.byShard(places));
  const rows = range.inOrder(
    places,
    replies.map((reply) => reply?.rows),
  );
  const collection = yield* countedWith(asked, rows, range);
  const weights = widened(
    new Map(plain.gains.map(([term]) => [term, question.get(term)!])),
    first.map(({ score }, at) => ({ score, terms: rows[at]! })),
    { ...feedback, weight },
    rarityIn(collection),
  );
  return wordQuestion(collection, weights);
}

/** The collection with counts of the words of its first answers too. One index alone has said them with its rows. */
function* countedWith(
  asked: Collection,
  rows: readonly (readonly RowTerm[])[],
  range: SlotRange,
): Rounds<Collection> {
  if (range.shards === 1)
    return withCounts(
      asked,
      rows.flatMap((row) => row.map(([term, , chunksWith]) => [term, chunksWith] as const)),
    );
  const terms = new Set([...asked.chunksWith.keys(), ...rows.flatMap((row) => row.map(([term]) => term))]);
  return (yield* count(range.shards, [...terms])).collection;
}

/** How far the vectors set an answer apart from the collection, in standard deviations; `undefined` where they can't say. */
const standingOf = (answer: Answer | undefined, spread: Spread): number | undefined =>
  answer === undefined || answer.dense === null ? undefined : standardised(answer.dense, spread);
