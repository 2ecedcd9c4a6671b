import type { Chance } from '../soak/chance.js';

/** Kinds in random order, each as often as any other: a shuffled deck, dealt out and shuffled anew. */
export const dealer = <Kind>(kinds: readonly Kind[], chance: Chance): (() => Kind) => {
  let deck: Kind[] = [];
  return () => {
    if (deck.length === 0) {
      deck = [...kinds];
      for (let at = deck.length - 1; at > 0; at--) {
        const other = chance.below(at + 1);
        [deck[at], deck[other]] = [deck[other] as Kind, deck[at] as Kind];
      }
    }
    return deck.pop() as Kind;
  };
};
