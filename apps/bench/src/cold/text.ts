/** A small generator of pseudo-random numbers, so that every run searches the same text. */
const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const onsets = [
  'b',
  'br',
  'c',
  'd',
  'f',
  'g',
  'gr',
  'h',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
  'w',
];
const nuclei = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ou'];
const codas = ['', '', 'l', 'n', 'r', 's', 't', 'nd', 'st'];

/** So many different words; a book has about as many. */
const vocabularySize = 20_000;

/**
 * Text of made-up words, the same each time: of a language's statistics (the n-th word comes 1/n as often as the first),
 * about `chunkLength` characters in each of `chunks` texts.
 */
export const makeTexts = (chunks: number, chunkLength: number): string[] => {
  const random = seeded(7);
  const pick = (parts: readonly string[]): string => parts[Math.floor(random() * parts.length)] ?? '';
  const syllable = (): string => pick(onsets) + pick(nuclei) + pick(codas);
  const words = Array.from({ length: vocabularySize }, (_, rank) =>
    Array.from({ length: rank < 200 ? 1 : 2 + Math.floor(random() * 2) }, syllable).join(''),
  );
  // The inverse of Zipf's law: what is left of it without the constant is the logarithm.
  const word = (): string => words[Math.floor(vocabularySize ** random()) - 1] ?? 'a';
  const sentence = (): string => {
    const text = Array.from({ length: 6 + Math.floor(random() * 14) }, word).join(' ');
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  };
  return Array.from({ length: chunks }, () => {
    let text = sentence();
    while (text.length < chunkLength - 80) text += ` ${sentence()}`;
    return text.slice(0, chunkLength);
  });
};
