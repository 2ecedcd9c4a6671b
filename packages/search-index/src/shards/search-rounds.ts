// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { adapt } from '../fusion/adapt.js';
import { spreadOf } from '../fusion/fuse.js';
import { fuseBy } from '../fusion/fuse-by.js';
import type { SearchSettings } from '../options.js';
import type { SearchHit } from '../search.js';
import { type Scored, TopK } from '../top-k.js';
import { idealScore, wordQuestion } from '../words/collection.js';
import { questionTerms, widened } from '../words/feedback.js';
import { diverse } from './diverse.js';
import { ask, count, type Rounds, type SlotRange } from './rounds.js';
import type { Candidate } from './shard-request.js';

/** One of the indexes that are searched as one. */
export type ShardTraits = {
  /** Whether its vectors can be compared with the question's; otherwise its words alone are asked. */
  readonly dense: boolean;
};

/** An answer and the shard that gave it. */
export type ShardHit = SearchHit & { readonly shard: number };

/** How many candidates each side brings to a fusion, at least. */
const candidatesPerSide = 200;
/** How many chunks tell how scores spread. Evenly chosen; all, up to this many. */
const spreadSample = 256;

/** With `diversity`: how many candidates there are for each answer, and at least. */
const candidatesPerChoice = 5;
const fewestCandidates = 50;

/**
 * One search, as the rounds of questions that it puts to its shards. What a shard answers depends on what all hold
 * together, so that the result is that of one index with all the chunks. Filters apply before the best are chosen.
 */
export function* searchRounds(shards: readonly ShardTraits[], request: SearchSettings): Rounds<ShardHit[]> {
  const { k, diversity } = request;
  const pool = diversity > 0 ? Math.max(candidatesPerChoice * k, fewestCandidates) : k;
  const { rows: ranked, range } = yield* modes[request.mode](shards, { ...request, k: pool });
  const rows =
    diversity > 0
      ? yield* diverse(
          shards.map((shard) => shard.dense),
          range,
          ranked,
          request,
        )
      : ranked;
  const places = rows.map(({ slot }) => slot);
  const replies = yield* ask('chunks', range.byShard(places));
  const chunks = range.inOrder(
    places,
    replies.map((reply) => reply?.chunks),
  );
  return rows.map(({ slot, score, dense, lexical }, at) => ({
    rank: at + 1,
    score,
    dense,
    lexical,
    chunk: chunks[at]!,
    shard: range.shardOf(slot),
  }));
}

/** An answer by its place in the row of all chunks. */
type Row = Scored & Pick<SearchHit, 'dense' | 'lexical'>;
type Ranked = { readonly rows: readonly Row[]; readonly range: SlotRange };
type Mode = (shards: readonly ShardTraits[], request: SearchSettings) => Rounds<Ranked>;

const lexical: Mode = function* (shards, { text = '', k, filter }) {
  const question = questionTerms(text);
  const { collection, range } = yield* count(shards.length, [...question.keys()]);
  const words = wordQuestion(collection, question);
  const replies = yield* ask(
    'matches',
    shards.map(() => ({ words, k, filter })),
  );
  const best = range.best(
    k,
    replies.map((reply) => reply?.found),
  );
  return { range, rows: best.map((scored) => ({ ...scored, dense: null, lexical: scored.score })) };
};

const dense: Mode = function* (shards, { vector, k, filter }) {
  const { range } = yield* count(shards.length, []);
  const replies = yield* ask(
    'nearest',
    shards.map((shard) => (shard.dense && vector !== undefined ? { vector, k, filter } : undefined)),
  );
  const best = range.best(
    k,
    replies.map((reply) => reply?.found),
  );
  return { range, rows: best.map((scored) => ({ ...scored, dense: scored.score, lexical: null })) };
};

const hybrid: Mode = function* (shards, { text = '', vector, k, fusion, filter }) {
  const question = questionTerms(text);
  const { collection, range } = yield* count(shards.length, [...question.keys()]);
  const plain = wordQuestion(collection, question);
  const { feedback } = fusion;
  const looked = Math.max(5, feedback === false ? 0 : feedback.chunks);
  const matched = yield* ask(
    'matches',
    shards.map(() => ({ words: plain, k: looked, filter })),
  );
  const first = range.best(
    looked,
    matched.map((reply) => reply?.found),
  );
  const evidence = { scores: first.map(({ score }) => score), ideal: idealScore(collection, question) };
  const given = { dense: fusion.denseWeight, feedback: feedback === false ? 0 : feedback.weight };
  const fitted = fusion.adapt ? adapt(evidence, given) : { ...given, trust: 1 };

  let wide = plain;
  if (feedback !== false && first.length > 0) {
    const found = first.slice(0, feedback.chunks);
    const places = found.map(({ slot }) => slot);
    const replies = yield* ask('rows', range.byShard(places));
    const rows = range.inOrder(
      places,
      replies.map((reply) => reply?.rows),
    );
    const known = new Map(plain.gains.map(([term]) => [term, question.get(term)!]));
    const weights = widened(
      known,
      found.map(({ score }, at) => ({ score, terms: rows[at]! })),
      { ...feedback, weight: fitted.feedback },
    );
    wide = wordQuestion((yield* count(shards.length, [...weights.keys()])).collection, weights);
  }

  const perSide = Math.max(candidatesPerSide, 4 * k);
  const sample = range.byShard(evenSample(range.size));
  const replies = yield* ask(
    'candidates',
    shards.map((shard, at) => ({
      plain,
      wide,
      perSide,
      sample: fusion.method === 'zscore' ? (sample[at]?.slots ?? []) : [],
      filter,
      ...(shard.dense && vector !== undefined ? { vector } : {}),
    })),
  );
  const { places, candidates } = bestOfBothSides(
    perSide,
    replies.map((reply) => reply?.found ?? []),
    range,
  );
  const fused = fuseBy(
    fusion.method,
    candidates.map((one) => ({ dense: one.dense, lexical: one.wide })),
    fitted,
    () => ({
      dense: spreadOf(replies.flatMap((reply) => reply?.sample.dense ?? [])),
      lexical: spreadOf(replies.flatMap((reply) => reply?.sample.lexical ?? [])),
    }),
  );
  const best = new TopK(k);
  places.forEach((place, at) => {
    best.offer(place, fused[at]!);
  });
  const rows = best.ranked().map((scored) => {
    const candidate = candidates[places.indexOf(scored.slot)]!;
    return { ...scored, dense: candidate.dense ?? null, lexical: candidate.plain };
  });
  return { range, rows };
};

const modes: Record<SearchSettings['mode'], Mode> = { lexical, dense, hybrid };

/** Each shard brings the best of both of its sides; these are the best of all shards' sides, and their places. */
const bestOfBothSides = (
  perSide: number,
  found: readonly (readonly Candidate[])[],
  range: SlotRange,
): { readonly places: number[]; readonly candidates: Candidate[] } => {
  const near = new TopK(perSide);
  const matches = new TopK(perSide);
  const byPlace = new Map<number, Candidate>();
  for (const [shard, own] of found.entries())
    for (const one of own) {
      const place = range.place(shard, one.slot);
      byPlace.set(place, one);
      if (one.near) near.offer(place, one.dense ?? Number.NEGATIVE_INFINITY);
      if (one.matches) matches.offer(place, one.wide);
    }
  const chosen = new Set<number>();
  for (const { slot } of near.ranked()) chosen.add(slot);
  for (const { slot } of matches.ranked()) chosen.add(slot);
  const places = [...chosen];
  return { places, candidates: places.map((place) => byPlace.get(place)!) };
};

const evenSample = (size: number): number[] =>
  Array.from({ length: Math.min(size, spreadSample) }, (_, at) =>
    Math.floor((at * size) / Math.min(size, spreadSample)),
  );
