// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { type Scored, TopK } from '../top-k.js';
import { type AlikeTerms, alikeInAll } from '../words/alike.js';
import { type Collection, collectionOf } from '../words/collection.js';
import type { ShardReply, ShardRequest } from './shard-request.js';

/** What each shard is asked at the same time; `undefined` for those that are asked nothing. */
export type Round = readonly (ShardRequest | undefined)[];
/** What they answered. */
export type Replies = readonly (ShardReply | undefined)[];
/** Asks rounds and ends with a result; who runs it decides how shards are asked. */
export type Rounds<Result> = Generator<Round, Result, Replies>;

type Type = ShardRequest['type'];
type Request<Of extends Type> = Extract<ShardRequest, { type: Of }>;
type Reply<Of extends Type> = Extract<ShardReply, { type: Of }>;

/** Asks one round of requests of one type; replies are by shard, `undefined` for those that were not asked. */
export function* ask<Of extends Type>(
  type: Of,
  requests: readonly (Omit<Request<Of>, 'type'> | undefined)[],
): Rounds<(Reply<Of> | undefined)[]> {
  if (requests.every((request) => request === undefined)) return requests.map(() => undefined);
  const replies = yield requests.map((request) => request && ({ type, ...request } as Request<Of>));
  return replies.map((reply, at) => {
    if (requests[at] === undefined) return undefined;
    if (reply?.type !== type) throw new Error(`shard ${at} answered ${reply?.type}, not ${type}`);
    return reply as Reply<Of>;
  });
}

/** The chunks of all shards in one row: those of the first, then those of the second, and so on. */
export class SlotRange {
  /** Where each shard's chunks begin. */
  readonly #starts: readonly number[];
  readonly size: number;

  constructor(sizes: readonly number[]) {
    let size = 0;
    this.#starts = sizes.map((one) => {
      size += one;
      return size - one;
    });
    this.size = size;
  }

  get shards(): number {
    return this.#starts.length;
  }

  /** A shard's slot by its place in the row. */
  place(shard: number, slot: number): number {
    return this.#starts[shard]! + slot;
  }

  /** Places by the shards that they are in, as slots of those; `undefined` for shards without any. */
  byShard(places: readonly number[]): ({ readonly slots: number[] } | undefined)[] {
    const slots = this.#starts.map((): number[] => []);
    for (const place of places) {
      const shard = this.shardOf(place);
      slots[shard]!.push(place - this.#starts[shard]!);
    }
    return slots.map((own) => (own.length === 0 ? undefined : { slots: own }));
  }

  shardOf(place: number): number {
    return this.#starts.findLastIndex((start) => start <= place);
  }

  /** Brings what {@link SlotRange.byShard} asked for back into the order of the places. */
  inOrder<Value>(places: readonly number[], values: readonly (readonly Value[] | undefined)[]): Value[] {
    const next = values.map(() => 0);
    return places.map((place) => {
      const shard = this.shardOf(place);
      return values[shard]![next[shard]!++]!;
    });
  }

  /** The best of what the shards found, by places. */
  best(k: number, found: readonly (readonly Scored[] | undefined)[]): Scored[] {
    const best = new TopK(k);
    for (const [shard, own] of found.entries())
      for (const { slot, score } of own ?? []) best.offer(this.place(shard, slot), score);
    return best.ranked();
  }
}

/** What some shards say together about some terms. */
export type Counted = {
  readonly collection: Collection;
  /** By term, those spelled alike. */
  readonly alike: AlikeTerms;
  /** The row of all chunks. */
  readonly range: SlotRange;
};

/**
 * The collection that some shards make together, counted for some terms.
 *
 * @param alike how many terms spelled alike are asked for
 */
export function* count(shards: number, terms: readonly string[], alike = 0): Rounds<Counted> {
  const counts = yield* ask(
    'count',
    Array.from({ length: shards }, () => ({ terms, ...(alike > 0 ? { alike } : {}) })),
  );
  const known = counts.filter((one) => one !== undefined);
  // Scores of one search are of one kind: where shards were made with other settings, those of the first hold.
  const bm25 = known[0]?.bm25 ?? { k1: 0, b: 0 };
  return {
    collection: collectionOf(terms, known, bm25),
    alike: alikeInAll(
      known.map((one) => one.alike),
      terms.length,
      alike,
    ),
    range: new SlotRange(known.map(({ chunks }) => chunks)),
  };
}
