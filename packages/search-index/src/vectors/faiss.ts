import { createRequire } from 'node:module';
import { type Scored, TopK } from '../top-k.js';
import type { VectorTable } from './vector-table.js';

/** The part of faiss-node that is used. Synchronous, and a fault in it can end the process: never in the main one. */
type FaissIndex = {
  add(values: number[]): void;
  ntotal(): number;
  search(values: number[], k: number): { readonly labels: readonly number[] };
};
type FaissModule = {
  readonly IndexFlatIP: new (dimensions: number) => FaissIndex;
  readonly IndexFlatL2: new (dimensions: number) => FaissIndex;
};

/** faiss, or why there is none. */
export type LoadedFaiss =
  | { readonly ok: true; readonly faiss: FaissModule }
  | { readonly ok: false; readonly reason: string };

/** Tries to load the optional faiss-node. Only to be called in a process that may be lost. */
export const loadFaiss = (): LoadedFaiss => {
  try {
    const loaded: unknown = createRequire(import.meta.url)('faiss-node');
    return isFaiss(loaded)
      ? { ok: true, faiss: loaded }
      : { ok: false, reason: 'faiss-node has no flat indexes' };
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { ok: false, reason: reason ?? 'faiss-node does not load' };
  }
};

const isFaiss = (loaded: unknown): loaded is FaissModule =>
  typeof loaded === 'object' &&
  loaded !== null &&
  'IndexFlatIP' in loaded &&
  typeof loaded.IndexFlatIP === 'function' &&
  'IndexFlatL2' in loaded &&
  typeof loaded.IndexFlatL2 === 'function';

/** faiss takes plain arrays: this many rows at a time keep them small. */
const rowsPerAdd = 1024;

/** Searches a table's rows with faiss. Rows added to the table later are handed over at the next search. */
export class FaissSearch {
  readonly #table: VectorTable;
  readonly #index: FaissIndex;
  #slots: Uint32Array = new Uint32Array(0);

  constructor({ IndexFlatIP, IndexFlatL2 }: FaissModule, table: VectorTable) {
    const { metric } = table.settings;
    const { width } = table;
    this.#table = table;
    this.#index = metric === 'l2' ? new IndexFlatL2(width) : new IndexFlatIP(width);
  }

  /** Hands over what the table has and faiss has not. */
  update(): void {
    const { rowCount } = this.#table;
    for (let from = this.#index.ntotal(); from < rowCount; from += rowsPerAdd) {
      const values: number[] = [];
      for (let row = from; row < Math.min(from + rowsPerAdd, rowCount); row += 1)
        values.push(...this.#table.row(row));
      this.#index.add(values);
    }
    if (this.#slots.length !== rowCount) this.#slots = this.#table.slotsOfRows();
  }

  /** The nearest slots; scored by the table, so that scores don't depend on who found them. */
  nearest(question: Float32Array, k: number): readonly Scored[] {
    this.update();
    const { rowCount } = this.#table;
    const prepared = Array.from(this.#table.prepare(question));
    // Several rows may belong to one slot: ask for more until there are enough slots.
    for (let rows = Math.min(k, rowCount); rows > 0; rows = Math.min(rows * 4, rowCount)) {
      const { labels } = this.#index.search(prepared, rows);
      const slots = new Set(labels.flatMap((label) => this.#slots[label] ?? []));
      if (slots.size < k && rows < rowCount) continue;
      const asked = this.#table.ask(question);
      const best = new TopK(k);
      for (const slot of slots) best.offer(slot, asked.score(slot));
      return best.ranked();
    }
    return [];
  }
}
