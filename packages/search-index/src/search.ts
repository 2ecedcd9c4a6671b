import type { Chunk } from './chunks/chunk.js';
import type { SearchSettings } from './options.js';
import { searchRounds } from './shards/search-rounds.js';
import { type Searched, Shard } from './shards/shard.js';

/** One answer. */
export type SearchHit = {
  /** From 1. */
  readonly rank: number;
  /** What the answers are ordered by; comparable within one search only. */
  readonly score: number;
  /** The vectors' score by the index's metric, higher is nearer; `null` when they were not asked or there are none. */
  readonly dense: number | null;
  /** BM25 of the question's words; 0 when none of them is in the chunk, `null` when they were not asked. */
  readonly lexical: number | null;
  readonly chunk: Chunk;
};

/** Carries out one search in one index: the search of many, with one shard that is asked in place. */
export const search = (searched: Searched, request: SearchSettings): SearchHit[] => {
  const shard = new Shard(searched);
  const rounds = searchRounds([{ dense: true }], request);
  let round = rounds.next();
  while (round.done !== true) round = rounds.next(round.value.map((asked) => asked && shard.answer(asked)));
  return round.value.map(({ shard: _, ...hit }) => hit);
};
