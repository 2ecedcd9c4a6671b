import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const documents = fileURLToPath(new URL('../../../../../docs/', import.meta.url));

/** The sentences of this repository's documents. */
const sentences = (): string[] =>
  readdirSync(documents, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('benchmarks'))
    .sort()
    .flatMap((name) => readFileSync(`${documents}/${name}`, 'utf8').split(/(?<=[.:;])\s+|\n\n+/))
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence.length > 20);

/** Read once, before anything is measured. */
const known = sentences();

/** Bytes of a piece, about. */
const pieceBytes = 64 * 1024;

/**
 * Text of so many bytes, always the same for a seed, made as it is asked for: sentences of this repository's documents in a
 * random order, every tenth with a number that has not come before, so that the vocabulary grows as that of real texts.
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
  for (let left = bytes; left > 0; ) {
    let piece = '';
    while (piece.length < Math.min(pieceBytes, left)) {
      count += 1;
      const sentence = known[random() % known.length] ?? '';
      const end = count % 40 === 0 ? '\n\n' : ' ';
      piece += count % 10 === 0 ? `In case ${count}x${seed}: ${sentence}${end}` : `${sentence}${end}`;
    }
    left -= Buffer.byteLength(piece);
    yield piece;
  }
}
