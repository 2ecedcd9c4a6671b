import { ArgumentError } from '../process/errors.js';
import type { AnyPid } from '../process/pid.js';

/** What work can be divided by. */
export type PartitionKey = string | number | bigint | AnyPid;

/**
 * The partition that is responsible for a key, from 0 to below `partitions`: whole numbers by their
 * remainder, as in Elixir, pids by their id, texts and other numbers by a hash of their text. The same key
 * gives the same partition in every run and on every machine.
 */
export const partitionIndex = (key: PartitionKey, partitions: number): number => {
  switch (typeof key) {
    case 'number':
      return Number.isSafeInteger(key) ? Math.abs(key) % partitions : hash(String(key)) % partitions;
    case 'bigint':
      return Number((key < 0n ? -key : key) % BigInt(partitions));
    case 'string':
      return hash(key) % partitions;
    default:
      if (Number.isSafeInteger(key?.id)) return key.id % partitions;
      throw new ArgumentError(`partition: a key is a text, a number or a pid, got ${String(key)}`);
  }
};

/** FNV-1a over UTF-16 units, then a last mix: without it, short texts fall into few of 2ⁿ partitions. */
const hash = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};
