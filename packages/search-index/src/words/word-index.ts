// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { GrowableUint32 } from '../growable.js';
import { LengthNorms } from './length-norms.js';
import { countOf, type Postings, rowsLookedFor, transpose, type WordCount, wordsInRows } from './postings.js';
import { termsOf } from './terms.js';
import { Vocabulary } from './vocabulary.js';

/** What a saved word index consists of. */
export type WordData = {
  /** By term, its number: the position in the order of the map. */
  readonly terms: Map<string, number>;
  readonly chunkCount: number;
  /** Rows are terms. */
  readonly inverted: Postings;
};

/** Words that make a source's opening: a title, a name, what the first sentence is about. */
const openingWords = 12;
/** Who asks more often than this gets rows of chunks beside the rows of terms: a process for one question does not. */
const looksBeforeTurning = 2;

/** The words of all chunks, by *slot*: the position of a chunk in the order of adding. */
export class WordIndex {
  #ids = new Map<string, number>();
  #terms: string[] = [];
  readonly #lengths = new GrowableUint32();
  readonly #starts = new GrowableUint32();
  readonly #columns = new GrowableUint32();
  readonly #counts = new GrowableUint32();
  #totalLength = 0;
  /** Set while the rows above have not been filled from it. */
  #inverted: Postings | undefined;
  #forward: Postings | undefined;
  #growing = true;
  #looks = 0;
  #norms: LengthNorms | undefined;
  #vocabulary: Vocabulary | undefined;

  constructor() {
    this.#starts.push(0);
  }

  static from({ terms, chunkCount, inverted }: WordData): WordIndex {
    const index = new WordIndex();
    index.#terms = [...terms.keys()];
    index.#ids = terms;
    const lengths = new Uint32Array(chunkCount);
    // Not for…of: a process for one question has not compiled that yet.
    const { columns } = inverted;
    for (let at = 0; at < columns.length; at += 1) lengths[columns[at]!]! += 1;
    index.#lengths.append(lengths);
    index.#totalLength = inverted.columns.length;
    index.#inverted = inverted;
    index.#growing = false;
    return index;
  }

  /**
   * Adds the next chunk's words; its slot is the number of chunks before it.
   *
   * @param isFirst whether a source begins with it
   */
  add(text: string, isFirst: boolean): void {
    this.#thaw();
    const counted = new Map<number, number>();
    const terms = termsOf(text);
    for (const term of terms) {
      const id = this.#idOf(term);
      counted.set(id, (counted.get(id) ?? 0) + 1);
    }
    const opening = new Set(isFirst ? terms.slice(0, openingWords).map((term) => this.#idOf(term)) : []);
    for (const [id, count] of [...counted].sort(([a], [b]) => a - b)) {
      this.#columns.push(id);
      this.#counts.push(countOf(count, opening.has(id)));
    }
    this.#starts.push(this.#columns.length);
    this.#lengths.push(counted.size);
    this.#totalLength += counted.size;
    this.#forgetDerived();
  }

  /** Forgets all chunks; the memory that they took serves the next ones. */
  clear(): void {
    this.#ids.clear();
    this.#terms = [];
    for (const numbers of [this.#lengths, this.#starts, this.#columns, this.#counts]) numbers.length = 0;
    this.#starts.push(0);
    this.#totalLength = 0;
    this.#forgetDerived();
    this.#growing = true;
  }

  get size(): number {
    return this.#lengths.length;
  }

  get termCount(): number {
    return this.#terms.length;
  }

  /** Different terms of each chunk, summed. */
  get totalLength(): number {
    return this.#totalLength;
  }

  /** In how many chunks a term is. */
  chunksWith(term: string): number {
    const id = this.#ids.get(term);
    if (id === undefined) return 0;
    const { starts } = this.inverted;
    return starts[id + 1]! - starts[id]!;
  }

  /** Different terms in each chunk: what MiniSearch takes for a text's length. */
  get lengths(): Uint32Array {
    return this.#lengths.view();
  }

  /** What BM25 takes for a chunk's length, by slot. */
  get norms(): LengthNorms {
    this.#norms ??= new LengthNorms(this.lengths);
    return this.#norms;
  }

  /** The terms by how they are spelled; made when it is first asked for. */
  get vocabulary(): Vocabulary {
    this.#vocabulary ??= new Vocabulary(this.#terms);
    return this.#vocabulary;
  }

  get terms(): readonly string[] {
    return this.#terms;
  }

  termId(term: string): number | undefined {
    return this.#ids.get(term);
  }

  /** Rows are terms: which chunks hold a term, and how often. */
  get inverted(): Postings {
    this.#inverted ??= transpose(this.forward, this.#terms.length);
    return this.#inverted;
  }

  /** The terms of a few chunks and how often each holds them, as rows of the given order. */
  rowsOf(slots: readonly number[]): readonly (readonly WordCount[])[] {
    if (this.#forward === undefined && !this.#growing && this.#looks < looksBeforeTurning) {
      this.#looks += 1;
      return rowsLookedFor(this.inverted, slots, this.size);
    }
    return wordsInRows(this.forward, slots);
  }

  /** Rows are chunks: which terms a chunk holds. */
  get forward(): Postings {
    this.#forward ??= this.#growing
      ? {
          starts: this.#starts.view(),
          columns: this.#columns.view(),
          counts: Uint16Array.from(this.#counts.view()),
        }
      : transpose(this.inverted, this.size);
    return this.#forward;
  }

  #forgetDerived(): void {
    this.#inverted = undefined;
    this.#forward = undefined;
    this.#norms = undefined;
    this.#vocabulary = undefined;
  }

  #idOf(term: string): number {
    const known = this.#ids.get(term);
    if (known !== undefined) return known;
    this.#terms.push(term);
    this.#ids.set(term, this.#terms.length - 1);
    return this.#terms.length - 1;
  }

  /** A loaded index has only inverted postings; adding needs the rows of chunks. */
  #thaw(): void {
    if (this.#growing) return;
    const { starts, columns, counts } = this.forward;
    this.#starts.append(starts.subarray(1));
    this.#columns.append(columns);
    this.#counts.append(counts);
    this.#growing = true;
  }
}
