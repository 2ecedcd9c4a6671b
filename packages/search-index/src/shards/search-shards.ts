// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { IndexOptionError } from '../failure.js';
import { checkSearch } from '../options.js';
import type { SearchRequest } from '../search-index.js';
import type { ShardTraits } from './mode.js';
import { type ShardHit, searchRounds } from './search-rounds.js';
import type { ShardReply, ShardRequest } from './shard-request.js';

/** An index that takes part in a search of several. */
export type AskedShard = ShardTraits & {
  /** As `IndexServer.ask` does. Rejecting leaves this index out of the search. */
  readonly ask: (request: ShardRequest) => Promise<ShardReply>;
};

/** What several indexes found together. */
export type ShardsAnswer = {
  /** Best first; `shard` is the position of the index that each is from. */
  readonly hits: readonly ShardHit[];
  /** Why the others had to do without an index, by its position. */
  readonly failed: ReadonlyMap<number, unknown>;
};

/**
 * Searches several indexes as if one held all their chunks: rarity of words, average length, words of the first answers
 * and the spread of scores are those of all together, so scores are comparable and the ranking is the one that a
 * single index would give. All are asked at the same time, a few rounds of questions; only the best `k` chunks are fetched.
 *
 * An index that fails on the way is left out, and the search made again with the others.
 *
 * @throws {IndexOptionError} As a rejection, naming the first part of the request that is wrong.
 * @example
 * const shards = servers.map((server) => ({ dense: true, ask: (request) => server.ask(request) }));
 * const { hits } = await searchShards(shards, { text: 'honey', vector, k: 3 });
 * for (const { shard, chunk } of hits) console.log(shard, chunk.id);
 */
export const searchShards = async (
  shards: readonly AskedShard[],
  request: SearchRequest,
): Promise<ShardsAnswer> => {
  const settings = checkSearch(request, request.vector?.length ?? 0);
  const failed = new Map<number, unknown>();
  for (;;) {
    const left = [...shards.keys()].filter((shard) => !failed.has(shard));
    const traits = left.map((shard) => shards[shard]!);
    const rounds = searchRounds(traits, settings);
    const before = failed.size;
    let round = rounds.next();
    while (round.done !== true && failed.size === before) {
      const replies = await Promise.allSettled(
        round.value.map(async (asked, at) => asked && traits[at]!.ask(asked)),
      );
      for (const [at, reply] of replies.entries()) {
        if (reply.status === 'fulfilled') continue;
        // The same mistake would be found in every index.
        if (reply.reason instanceof IndexOptionError) throw reply.reason;
        failed.set(left[at]!, reply.reason);
      }
      if (failed.size === before)
        round = rounds.next(replies.map((reply) => (reply.status === 'fulfilled' ? reply.value : undefined)));
    }
    if (round.done === true)
      return { hits: round.value.map((hit) => ({ ...hit, shard: left[hit.shard]! })), failed };
  }
};
