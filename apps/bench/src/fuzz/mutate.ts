import type { Chance } from '../soak/chance.js';

/** A file or payload that was changed, and how, in words. */
export type Mutant = { readonly bytes: Uint8Array; readonly how: string };

const extremes = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff] as const;

type Change = readonly [string, (bytes: Buffer, chance: Chance) => Buffer];

const changes: readonly Change[] = [
  [
    'bits flipped',
    (bytes, chance) => {
      for (let times = 1 + chance.below(8); times > 0; times--) {
        const at = chance.below(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
      }
      return bytes;
    },
  ],
  ['cut off', (bytes, chance) => bytes.subarray(0, chance.below(bytes.length))],
  ['beginning lost', (bytes, chance) => bytes.subarray(1 + chance.below(bytes.length))],
  [
    'a stretch zeroed',
    (bytes, chance) => {
      const at = chance.below(bytes.length);
      return bytes.fill(0, at, at + 1 + chance.below(bytes.length - at));
    },
  ],
  [
    'a stretch of noise',
    (bytes, chance) => {
      const at = chance.below(bytes.length);
      const end = Math.min(bytes.length, at + 1 + chance.below(256));
      for (let i = at; i < end; i++) bytes[i] = chance.below(256);
      return bytes;
    },
  ],
  [
    'an extreme number',
    (bytes, chance) => {
      if (bytes.length < 4) return bytes;
      const at = chance.below(bytes.length - 3);
      const value = chance.oneOf(extremes);
      if (chance.below(2) === 0) bytes.writeUInt32BE(value, at);
      else bytes.writeUInt32LE(value, at);
      return bytes;
    },
  ],
  [
    'a stretch twice',
    (bytes, chance) => {
      const at = chance.below(bytes.length);
      const end = at + 1 + chance.below(Math.min(4096, bytes.length - at));
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    },
  ],
  [
    'a stretch removed',
    (bytes, chance) => {
      const at = chance.below(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + chance.below(4096))]);
    },
  ],
  [
    'two stretches swapped',
    (bytes, chance) => {
      const length = 1 + chance.below(Math.max(1, bytes.length >> 2));
      const one = chance.below(Math.max(1, bytes.length - length));
      const other = chance.below(Math.max(1, bytes.length - length));
      const copy = Buffer.from(bytes);
      bytes.copy(copy, one, other, other + length);
      bytes.copy(copy, other, one, one + length);
      return copy;
    },
  ],
];

/** The bytes with one random change, without regard to what they mean. */
export const mutate = (original: Uint8Array, chance: Chance): Mutant => {
  const [how, change] = changes[chance.below(changes.length)] as Change;
  return { bytes: change(Buffer.from(original), chance), how };
};
