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
    const { firstRows } = this.#asked;
    let best = Number.NEGATIVE_INFINITY;
    for (let row = firstRows[slot]!; row < firstRows[slot + 1]!; row += 1)
      best = Math.max(best, this.#scored(row, this.#product(row)));
    return best;
  }

  /** The same, quicker where rows can be scanned, and with the question rounded to 16 bits for it. */
  roughScore(slot: number): number {
    const { area, firstRows } = this.#asked;
    if (area === undefined) return this.score(slot);
    const { values, unit } = this.#rough(area);
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
    const { area } = this.#asked;
    const exact = new TopK(k);
    if (area !== undefined)
      for (const slot of this.#roughlyNearest(area, k + spareCandidates, allowed).slots())
        exact.offer(slot, this.score(slot));
    else
      for (let slot = 0; slot + 1 < this.#asked.firstRows.length; slot += 1) {
        const found = allowed === undefined || allowed(slot) ? this.score(slot) : Number.NEGATIVE_INFINITY;
        if (found > Number.NEGATIVE_INFINITY) exact.offer(slot, found);
      }
    return exact.ranked();
  }

  /** Every chunk goes through this in every search: what it needs is at hand, and most fall short by one comparison. */
  #roughlyNearest(area: ScanArea, k: number, allowed?: (slot: number) => boolean): TopK {
    const { values, unit } = this.#rough(area);
    const { firstRows, metric, scales, squares } = this.#asked;
    const isDistance = metric === 'l2';
    const querySquare = this.#querySquare;
    const best = new TopK(k);
    let least = Number.NEGATIVE_INFINITY;
    let row = 0;
    for (let slot = 0; slot + 1 < firstRows.length; slot += 1) {
      let found = Number.NEGATIVE_INFINITY;
      for (const end = firstRows[slot + 1]!; row < end; row += 1) {
        const product = values[row]! * unit * scales[row]!;
        const score = isDistance ? Math.min(0, 2 * product - squares[row]! - querySquare) : product;
        if (score > found) found = score;
      }
      if (!(found > least) || (allowed !== undefined && !allowed(slot))) continue;
      best.offer(slot, found);
      least = best.least;
    }
    return best;
  }

  #rough(area: ScanArea): Products {
    this.#products ??= area.products(this.#query, this.#asked.firstRows.at(-1)!);
    return this.#products;
  }

  #product(row: number): number {
    const { area, rows } = this.#asked;
    const query = this.#query;
    if (area?.isExact === true) return area.inner(query, row);
    const from = row * query.length;
    return rows instanceof Int8Array ? innerInt8(rows, from, query) : innerFloat32(rows, from, query);
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
