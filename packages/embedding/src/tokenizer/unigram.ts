import type { Tokenizer } from './tokenizer.js';

/** Ids below this are reserved (unknown, `<s>`, …): no text produces them as a piece. */
const reservedIds = 6;
const unknownId = 0;
const space = '\u2581';

type TrieNode = { readonly next: Map<string, TrieNode>; id: number; score: number };

const newNode = (): TrieNode => ({ next: new Map(), id: -1, score: 0 });

/** The vocabulary as a tree of characters; of two equal pieces the later one stands. */
const buildTrie = (vocabulary: readonly (readonly [string, number])[]): TrieNode => {
  const root = newNode();
  for (const [id, [piece, score]] of vocabulary.entries()) {
    if (id < reservedIds) continue;
    let node = root;
    for (const character of piece) {
      let child = node.next.get(character);
      if (child === undefined) {
        child = newNode();
        node.next.set(character, child);
      }
      node = child;
    }
    node.id = id;
    node.score = score;
  }
  return root;
};

/**
 * The tokenizer of Universal Sentence Encoder lite, exactly as `@energetic-ai/embeddings` runs it: NFKC,
 * spaces as `▁` and one in front, then the best-scoring split into pieces (Viterbi). Its three quirks are part
 * of the model: of equally good splits the one with the shorter last piece wins, a best score of exactly 0
 * counts as "none yet", and a run of unknown characters is one token.
 */
export const unigramTokenizer = (vocabulary: readonly (readonly [string, number])[]): Tokenizer => {
  const root = buildTrie(vocabulary);

  const encode = (text: string): number[] => {
    const normalized = text.normalize('NFKC');
    if (normalized === '') return [];
    const characters = Array.from(space + normalized.replaceAll(' ', space));
    const count = characters.length;
    const best = new Float64Array(count + 1);
    const pieceId = new Int32Array(count + 1);
    const pieceLength = new Uint8Array(count + 1);

    const offer = (end: number, start: number, id: number, score: number): void => {
      const total = score + (best[start] ?? 0);
      const current = best[end] ?? 0;
      if (current !== 0 && total < current) return;
      best[end] = total;
      pieceId[end] = id;
      pieceLength[end] = end - start;
    };

    for (let start = 0; start < count; start++) {
      let found = false;
      let node = root.next.get(characters[start] ?? '');
      for (let end = start + 1; node !== undefined; end++) {
        if (node.id >= 0) {
          found = true;
          offer(end, start, node.id, node.score);
        }
        node = end < count ? node.next.get(characters[end] ?? '') : undefined;
      }
      if (!found) offer(start + 1, start, unknownId, 0);
    }

    const ids: number[] = [];
    for (let end = count; end > 0; ) {
      const id = pieceId[end] ?? unknownId;
      if (id !== unknownId || ids.at(-1) !== unknownId) ids.push(id);
      end -= pieceLength[end] || 1;
    }
    return ids.reverse();
  };

  return { encode, prefix: [], suffix: [], padId: unknownId };
};
