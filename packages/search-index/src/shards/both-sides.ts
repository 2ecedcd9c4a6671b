// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { type Spreads, spreadOf } from '../fusion/fuse.js';
import type { SearchSettings } from '../options.js';
import { TopK } from '../top-k.js';
import type { WordQuestion } from '../words/bm25.js';
import type { ShardTraits } from './mode.js';
import { ask, type Rounds, type SlotRange } from './rounds.js';
import type { Candidate, ShardReply } from './shard-request.js';

/** How many candidates each side brings to a fusion, at least. */
const candidatesPerSide = 200;
/** How many chunks tell how scores spread. Evenly chosen; all, up to this many. */
const spreadSample = 256;

/** The best candidates of words and of vectors, and how each side's scores spread over the collection. */
export type BothSides = {
  /** By candidate: its place in the row of all chunks. */
  readonly places: readonly number[];
  readonly candidates: readonly Candidate[];
  readonly spreads: Spreads;
};

/** A question by its own words, by words spelled alike, and with words of the first answers. */
export type WordQuestions = Record<'plain' | 'covering' | 'wide', WordQuestion>;

/** Who is asked, and for what. */
export type AskedSides = {
  readonly shards: readonly ShardTraits[];
  readonly range: SlotRange;
  readonly request: SearchSettings;
  /** Chunks that tell how scores spread, by shard. */
  readonly sample: ReturnType<SlotRange['byShard']>;
};

/** Evenly chosen chunks of all shards, by shard; all, where there are few. */
export const evenSample = (range: SlotRange): AskedSides['sample'] => {
  const size = Math.min(range.size, spreadSample);
  return range.byShard(Array.from({ length: size }, (_, at) => Math.floor((at * range.size) / size)));
};

/**
 * Asks all shards for the best of both of their sides.
 *
 * @param before what was found with other words: what the vectors said of these is not asked again
 */
export function* askBothSides(
  { shards, range, sample, request: { vector, filter, k } }: AskedSides,
  questions: Readonly<WordQuestions>,
  before?: BothSides,
): Rounds<BothSides> {
  const perSide = Math.max(candidatesPerSide, 4 * k);
  const known = before && range.byShard(before.places);
  const replies = yield* ask(
    'candidates',
    shards.map((shard, at) => ({
      ...questions,
      perSide,
      sample: sample[at]?.slots ?? [],
      filter,
      ...(known === undefined ? {} : { known: known[at]?.slots ?? [] }),
      ...(shard.dense && vector !== undefined ? { vector } : {}),
    })),
  );
  return together(replies, range, perSide, before);
}

type Ranked = Pick<BothSides, 'places' | 'candidates'>;
type CandidatesReply = Extract<ShardReply, { type: 'candidates' }>;

/** What all shards found, as if one had. Not within the generator, which V8 compiles late. */
const together = (
  replies: readonly (CandidatesReply | undefined)[],
  range: SlotRange,
  perSide: number,
  before: BothSides | undefined,
): BothSides => {
  const samples = replies.flatMap((reply) => (reply === undefined ? [] : [reply.sample]));
  return {
    ...(replies.length === 1
      ? ofOne(replies[0]?.found ?? [], before)
      : ofAll(replies, range, perSide, before)),
    spreads: {
      dense: before?.spreads.dense ?? spreadOf(samples.flatMap(({ dense }) => dense)),
      lexical: spreadOf(samples.flatMap(({ lexical }) => lexical)),
      coverage: spreadOf(samples.flatMap(({ coverage }) => coverage)),
    },
  };
};

/** The only shard's best are the best of all. It speaks of those that were known before first, in the same order. */
const ofOne = (found: readonly Candidate[], before: BothSides | undefined): Ranked => {
  const candidates: Candidate[] = [];
  for (let at = 0; at < found.length; at += 1) {
    const now = found[at]!;
    const earlier = before?.candidates[at];
    const one = earlier === undefined ? now : saying(now, earlier);
    if (one.near || one.matches) candidates.push(one);
  }
  return { places: candidates.map(({ slot }) => slot), candidates };
};

/** Each shard brings the best of both of its sides; these are the best of all shards' sides. */
const ofAll = (
  replies: readonly (CandidatesReply | undefined)[],
  range: SlotRange,
  perSide: number,
  before: BothSides | undefined,
): Ranked => {
  const found = new Map<number, Candidate>();
  for (const [shard, reply] of replies.entries())
    for (const one of reply?.found ?? []) found.set(range.place(shard, one.slot), one);
  before?.places.forEach((place, at) => {
    found.set(place, saying(found.get(place)!, before.candidates[at]!));
  });
  return bestOfBothSides(perSide, found);
};

/** What words say now of a chunk of which the vectors said something before. All fields by name: copies are dear here. */
const saying = (
  { slot, plain, coverage, wide, opening, matches }: Candidate,
  { dense, near }: Candidate,
): Candidate => ({
  slot,
  dense,
  plain,
  coverage,
  wide,
  opening,
  near,
  matches,
});

const bestOfBothSides = (perSide: number, found: ReadonlyMap<number, Candidate>): Ranked => {
  const near = new TopK(perSide);
  const matches = new TopK(perSide);
  for (const [place, one] of found) {
    if (one.near) near.offer(place, one.dense ?? Number.NEGATIVE_INFINITY);
    if (one.matches) matches.offer(place, one.wide);
  }
  const isNear = new Set(near.slots());
  const isMatch = new Set(matches.slots());
  const places = [...new Set([...isNear, ...isMatch])];
  return {
    places,
    candidates: places.map((place) => {
      const { slot, dense, plain, coverage, wide, opening } = found.get(place)!;
      const [near, matches] = [isNear.has(place), isMatch.has(place)];
      return { slot, dense, plain, coverage, wide, opening, near, matches };
    }),
  };
};
