import { chanceFrom } from '../soak/chance.js';
import { dealer } from './deck.js';
import { type Kind, kinds } from './kinds/index.js';

/** What is played, before it is known whether it strikes. */
export type PlannedRound = {
  readonly number: number;
  readonly kind: Kind;
  /** Of all its draws, those of its repetitions included. */
  readonly seed: number;
};

/** The rounds of a run: the same for the same seed, however many processes share them. */
export const planOf = (seed: number, rounds: number, only?: RegExp): readonly PlannedRound[] => {
  const chance = chanceFrom(seed);
  const possible = kinds.filter(({ name }) => only?.test(name) ?? true);
  if (possible.length === 0) return [];
  const deal = dealer(possible, chance);
  return Array.from({ length: rounds }, (_, at) => ({
    number: at + 1,
    kind: deal(),
    seed: chance.below(2 ** 31),
  }));
};
