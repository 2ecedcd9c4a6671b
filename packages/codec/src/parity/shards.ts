/*
 * What parity is computed over: the length of a payload in two bytes, the payload, zeros up to the size that all have.
 */

export const toShard = (payload: Uint8Array, shardBytes: number): Uint8Array => {
  const shard = Buffer.alloc(Math.max(shardBytes, 2 + payload.length));
  shard.writeUInt16BE(payload.length);
  shard.set(payload, 2);
  return shard;
};

/** `undefined` where the length is none: the shard was not restored from the right ones. */
export const fromShard = (shard: Uint8Array): Uint8Array | undefined => {
  const length = ((shard[0] ?? 0) << 8) | (shard[1] ?? 0);
  return 2 + length <= shard.length ? shard.subarray(2, 2 + length) : undefined;
};

/** What the shards of a group take, which its parity frames tell; 2 where none is left. */
export const protectedShardBytes = (parity: readonly { readonly bytes: Uint8Array }[]): number =>
  parity[0]?.bytes.length ?? 2;
