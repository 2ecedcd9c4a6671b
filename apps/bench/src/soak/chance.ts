/** Numbers that look like chance and are the same each time for the same seed (Mulberry32). */
export interface Chance {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  oneOf<T>(values: readonly [T, ...T[]]): T;
}

export const chanceFrom = (seed: number): Chance => {
  let state = seed | 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  return { below, oneOf: (values) => values[below(values.length)] ?? values[0] };
};
