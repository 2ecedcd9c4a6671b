import { ownText } from '../own-text.js';

/** The same numbers in every run, from 0 to below 1. */
export const chance = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/**
 * Texts without end, no two alike, with the words of this repository's documents in about their frequency: after each word comes
 * one that followed it there.
 */
export function* generatedTexts(characters: number, seed = 1): Generator<string> {
  const words = ownText().split(/\s+/);
  const followers = new Map<string, number[]>();
  words.forEach((word, at) => {
    const known = followers.get(word);
    if (known === undefined) followers.set(word, [at + 1]);
    else known.push(at + 1);
  });
  const next = chance(seed);
  const pick = (size: number): number => Math.floor(next() * size);
  for (;;) {
    let text = '';
    let at = pick(words.length);
    while (text.length < characters) {
      const word = words[at] ?? '';
      text += text === '' ? word : ` ${word}`;
      const places = followers.get(word) ?? [];
      // Now and then somewhere else, so that no passage is a copy.
      at = next() < 0.1 ? pick(words.length) : (places[pick(places.length)] ?? 0);
    }
    yield text;
  }
}

/** Questions of four to nine words that stand together in the texts, deterministically chosen. */
export const questionsFrom = (texts: readonly string[], count: number, seed = 2): string[] => {
  const next = chance(seed);
  return Array.from({ length: count }, () => {
    const words = (texts[Math.floor(next() * texts.length)] ?? '').split(' ');
    const from = Math.floor(next() * Math.max(1, words.length - 9));
    return words.slice(from, from + 4 + Math.floor(next() * 6)).join(' ');
  });
};
