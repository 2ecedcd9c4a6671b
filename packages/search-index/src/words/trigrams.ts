// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
/** Letters a to z, figures and the mark of a word's ends have a number; their trigrams have one each. */
const symbols = 37;
const edge = 0;
const exact = symbols ** 3;
/** All others share what is left of 16 bits. */
const shared = 0x1_0000 - exact;

/** How many numbers trigrams have. */
export const trigramNumbers = exact + shared;

const symbolOf = (code: number): number => {
  if (code >= 97 && code <= 122) return code - 96;
  return code >= 48 && code <= 57 ? code - 21 : 128 + code;
};

const numberOf = (a: number, b: number, c: number): number =>
  a < symbols && b < symbols && c < symbols
    ? (a * symbols + b) * symbols + c
    : exact + (((Math.imul(a, 0x9e3b) ^ Math.imul(b, 0x6c63) ^ Math.imul(c, 0x1f35)) >>> 0) % shared);

/**
 * Writes the numbers of a word's different trigrams, its ends marked, and returns where they end. No more than the word is
 * long.
 */
export const writeTrigrams = (word: string, to: Uint16Array, from: number): number => {
  let end = from;
  let a = edge;
  let b = word.length > 0 ? symbolOf(word.charCodeAt(0)) : edge;
  for (let at = 1; at <= word.length; at += 1) {
    const c = at < word.length ? symbolOf(word.charCodeAt(at)) : edge;
    const number = numberOf(a, b, c);
    let before = from;
    while (before < end && to[before] !== number) before += 1;
    if (before === end) to[end++] = number;
    a = b;
    b = c;
  }
  return end;
};

/** How alike two words are by their trigrams, from 0 to 1: Dice's coefficient. */
export const dice = (common: number, one: number, other: number): number => (2 * common) / (one + other);
