import { addressesText } from '../codec/text.js';

/** Bytes of the addresses that are used: all of them would take a tenth of the memory that is measured. */
const usedBytes = 1_000_000;

/** The sentences of the newest addresses on the State of the Union, in their order. */
const sentences = (): string[] =>
  Buffer.from(addressesText())
    .subarray(-usedBytes)
    .toString() // a copy: nothing holds the rest
    .split(/(?<=[.:;?!])\s+/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence.length > 20);

/** Read once, before anything is measured. */
const known = sentences();

/** Bytes of a piece, about. */
const pieceBytes = 64 * 1024;
/** Sentences that stay together: about two pages. */
const stretch = 40;

/**
 * Text of so many bytes, always the same for a seed, made as it is asked for: stretches of the addresses, from anywhere in
 * them, every tenth sentence with a number that has not come before, so that the vocabulary grows as that of real texts.
 */
export function* generatedText(bytes: number, seed: number): Generator<string, void, undefined> {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  let count = 0;
  let at = 0;
  for (let left = bytes; left > 0; ) {
    let piece = '';
    while (piece.length < Math.min(pieceBytes, left)) {
      count += 1;
      at = count % stretch === 1 ? random() % known.length : (at + 1) % known.length;
      const sentence = known[at] ?? '';
      const end = count % stretch === 0 ? '\n\n' : ' ';
      piece += count % 10 === 0 ? `In case ${count}x${seed}: ${sentence}${end}` : `${sentence}${end}`;
    }
    left -= Buffer.byteLength(piece);
    yield piece;
  }
}
