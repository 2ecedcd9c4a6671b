// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import type { SearchSettings } from '../options.js';
import type { SearchHit } from '../search.js';
import { wordQuestion } from '../words/collection.js';
import { questionTerms } from '../words/feedback.js';
import { diverse } from './diverse.js';
import { hybrid } from './hybrid.js';
import type { Mode, ShardTraits } from './mode.js';
import { ask, count, type Rounds } from './rounds.js';

/** An answer and the shard that gave it. */
export type ShardHit = SearchHit & { readonly shard: number };

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

const modes: Record<SearchSettings['mode'], Mode> = { lexical, dense, hybrid };
