// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { longestTerm } from './terms.js';
import { dice, trigramNumbers, writeTrigrams } from './trigrams.js';

/** A term of a collection and how alike it is spelled to a word, from 0 to 1. */
export type LikeTerm = { readonly term: string; readonly likeness: number };

/** So many answers are kept: questions share words. */
const answersKept = 10_000;
/** Two years differ by one figure and are not the same year. */
const isNumber = /^\p{N}+$/u;

/** The terms of an index by how they are spelled: which of them hold a trigram. Takes 4 bytes a trigram, some 30 a term. */
export class Vocabulary {
  readonly #terms: readonly string[];
  /** By trigram, where its terms begin; one more entry than trigrams. */
  readonly #starts: Uint32Array;
  readonly #holders: Uint32Array;
  /** By term, how many different trigrams it has. */
  readonly #sizes: Uint8Array;
  readonly #answers = new Map<string, readonly LikeTerm[]>();
  /** By term, how many trigrams of a word it has, while that word is looked for. */
  readonly #shared: Uint8Array;

  constructor(terms: readonly string[]) {
    const sizes = new Uint8Array(terms.length);
    let letters = 0;
    for (let id = 0; id < terms.length; id += 1) letters += terms[id]!.length;
    const trigrams = new Uint16Array(letters);
    const starts = new Uint32Array(trigramNumbers + 1);
    let end = 0;
    for (let id = 0; id < terms.length; id += 1) {
      const from = end;
      // Only a foreign file has longer ones; nobody asks for them, and their trigrams would take for ever to tell apart.
      if (terms[id]!.length <= longestTerm) end = writeTrigrams(terms[id]!, trigrams, from);
      sizes[id] = end - from;
      for (let at = from; at < end; at += 1) starts[trigrams[at]! + 1]! += 1;
    }
    for (let at = 0; at < trigramNumbers; at += 1) starts[at + 1]! += starts[at]!;
    const holders = new Uint32Array(end);
    const next = starts.slice();
    for (let id = 0, at = 0; id < terms.length; id += 1)
      for (const to = at + sizes[id]!; at < to; at += 1) holders[next[trigrams[at]!]!++] = id;
    this.#terms = terms;
    this.#sizes = sizes;
    this.#starts = starts;
    this.#holders = holders;
    this.#shared = new Uint8Array(terms.length);
  }

  /**
   * The terms that are spelled most like a word, best first, equal ones in their own order; not the word itself, and none
   * for a number.
   *
   * @param least from which likeness on
   * @param most how many
   */
  like(word: string, least: number, most: number): readonly LikeTerm[] {
    if (most === 0 || isNumber.test(word)) return [];
    const asked = `${least} ${most} ${word}`;
    const known = this.#answers.get(asked);
    if (known !== undefined) return known;
    const found = this.#look(word, least, most);
    if (this.#answers.size >= answersKept) this.#answers.clear();
    this.#answers.set(asked, found);
    return found;
  }

  #look(word: string, least: number, most: number): LikeTerm[] {
    const found: LikeTerm[] = [];
    const own = new Uint16Array(word.length);
    const size = writeTrigrams(word, own, 0);
    const touched = this.#touched(own.subarray(0, size), leastShared(least, size));
    const [terms, sizes, shared] = [this.#terms, this.#sizes, this.#shared];
    let needed = least;
    for (const id of touched) {
      const likeness = dice(shared[id]!, size, sizes[id]!);
      shared[id] = 0;
      if (likeness < needed) continue;
      const term = terms[id]!;
      if (term === word || isNumber.test(term)) continue;
      insert(found, { term, likeness });
      if (found.length > most) found.pop();
      if (found.length === most) needed = Math.max(least, found.at(-1)!.likeness);
    }
    return found;
  }

  /** The terms that may share so many of some trigrams; how many they do is then in `#shared`. */
  #touched(trigrams: Uint16Array, least: number): number[] {
    const [starts, holders, shared] = [this.#starts, this.#holders, this.#shared];
    const held = (trigram: number): number => starts[trigram + 1]! - starts[trigram]!;
    trigrams.sort((a, b) => held(a) - held(b));
    // Who has none of these can't have enough with the others, which are in most words.
    const telling = trigrams.length - Math.max(1, least) + 1;
    const touched: number[] = [];
    for (let rank = 0; rank < trigrams.length; rank += 1) {
      const trigram = trigrams[rank]!;
      const end = starts[trigram + 1]!;
      for (let at = starts[trigram]!; at < end; at += 1) {
        const id = holders[at]!;
        if (shared[id] === 0) {
          if (rank >= telling) continue;
          touched.push(id);
        }
        shared[id]! += 1;
      }
    }
    return touched;
  }
}

/** How many trigrams of a word another must have to be so alike: as many as if these were all of it. */
const leastShared = (least: number, size: number): number => Math.ceil((least * size) / (2 - least) - 1e-9);

/** Whether a term is more alike than another; of equal ones the first in their own order. */
export const goesBefore = (one: LikeTerm, other: LikeTerm): boolean =>
  one.likeness > other.likeness || (one.likeness === other.likeness && one.term < other.term);

const insert = (found: LikeTerm[], one: LikeTerm): void => {
  let at = found.length;
  while (at > 0 && goesBefore(one, found[at - 1]!)) at -= 1;
  found.splice(at, 0, one);
};
