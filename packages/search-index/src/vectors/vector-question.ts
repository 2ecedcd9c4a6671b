// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { type Scored, TopK } from '../top-k.js';
import { type Metric, squaredLength } from './metric.js';
import type { Products, ScanArea } from './scan-area.js';
import type { StoredRows } from './storage.js';

/** What a table shows to a question. */
export type AskedRows = {
  readonly metric: Metric;
  /** Where all rows can be multiplied at once; `undefined` when they are looked at one by one. */
  readonly area: ScanArea | undefined;
  readonly rows: StoredRows;
  readonly scales: Float32Array;
  readonly squares: Float32Array;
  readonly firstRows: Uint32Array;
};

/** So many candidates more than asked for are scored exactly: a rounded question may swap near-equals. */
const spareCandidates = 32;

/** One question to a table's rows, by slot. */
export class VectorQuestion {
  readonly #query: Float32Array;
  readonly #querySquare: number;
  readonly #asked: AskedRows;
  #products: Products | undefined;

  /** @param query as it is compared with rows */
  constructor(query: Float32Array, asked: AskedRows) {
    this.#query = query;
    this.#querySquare = asked.metric === 'l2' ? squaredLength(query) : 0;
    this.#asked = asked;
  }

  /** How near a slot's best row is; `-Infinity` for a slot without rows. */
  score(slot: number): number {
    const { rows, firstRows } = this.#asked;
    const query = this.#query;
    let best = Number.NEGATIVE_INFINITY;
    for (let row = firstRows[slot]!; row < firstRows[slot + 1]!; row += 1) {
      const from = row * query.length;
      const product =
        rows instanceof Int8Array ? innerInt8(rows, from, query) : innerFloat32(rows, from, query);
      best = Math.max(best, this.#scored(row, product));
    }
    return best;
  }

  /** The same, quicker where rows can be scanned, and with the question rounded to 16 bits for it. */
  roughScore(slot: number): number {
    const { area, firstRows } = this.#asked;
    if (area === undefined) return this.score(slot);
    this.#products ??= area.products(this.#query, firstRows.at(-1)!);
    const { values, unit } = this.#products;
    let best = Number.NEGATIVE_INFINITY;
    for (let row = firstRows[slot]!; row < firstRows[slot + 1]!; row += 1)
      best = Math.max(best, this.#scored(row, values[row]! * unit));
    return best;
  }

  /**
   * The nearest slots, best first, of those that are allowed; slots without rows are not among them. Scores are
   * those of {@link VectorQuestion.score}.
   */
  nearest(k: number, allowed?: (slot: number) => boolean): readonly Scored[] {
    const { area, firstRows } = this.#asked;
    const best = new TopK(area === undefined ? k : k + spareCandidates);
    for (let slot = 0; slot + 1 < firstRows.length; slot += 1) {
      if (allowed !== undefined && !allowed(slot)) continue;
      const found = this.roughScore(slot);
      if (found > Number.NEGATIVE_INFINITY) best.offer(slot, found);
    }
    if (area === undefined) return best.ranked();
    const exact = new TopK(k);
    for (const { slot } of best.ranked()) exact.offer(slot, this.score(slot));
    return exact.ranked();
  }

  #scored(row: number, product: number): number {
    const { metric, scales, squares } = this.#asked;
    const scaled = product * scales[row]!;
    return metric === 'l2' ? Math.min(0, 2 * scaled - squares[row]! - this.#querySquare) : scaled;
  }
}

// Two functions of the same form: one body for both kinds of rows would be compiled for neither. Four
// sums, so that an addition need not wait for the one before.
const innerFloat32 = (rows: Float32Array, from: number, query: Float32Array): number => {
  const length = query.length;
  const whole = length - (length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let at = 0;
  for (; at < whole; at += 4) {
    a += rows[from + at]! * query[at]!;
    b += rows[from + at + 1]! * query[at + 1]!;
    c += rows[from + at + 2]! * query[at + 2]!;
    d += rows[from + at + 3]! * query[at + 3]!;
  }
  for (; at < length; at += 1) a += rows[from + at]! * query[at]!;
  return a + b + c + d;
};

const innerInt8 = (rows: Int8Array, from: number, query: Float32Array): number => {
  const length = query.length;
  const whole = length - (length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let at = 0;
  for (; at < whole; at += 4) {
    a += rows[from + at]! * query[at]!;
    b += rows[from + at + 1]! * query[at + 1]!;
    c += rows[from + at + 2]! * query[at + 2]!;
    d += rows[from + at + 3]! * query[at + 3]!;
  }
  for (; at < length; at += 1) a += rows[from + at]! * query[at]!;
  return a + b + c + d;
};
