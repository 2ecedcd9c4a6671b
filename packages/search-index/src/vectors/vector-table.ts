// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { GrowableUint32 } from '../growable.js';
import { type Scored, TopK } from '../top-k.js';
import { type Metric, meanVector, prepared, squaredLength } from './metric.js';
import { ScanArea } from './scan-area.js';
import { isScaled, type StoredRows, storeRow, type VectorStorage } from './storage.js';

/** What a table's rows mean; fixed for its life. */
export type VectorSettings = {
  readonly dimensions: number;
  readonly metric: Metric;
  readonly storage: VectorStorage;
  /** Several vectors of one chunk: kept as their `mean`, or all, the `best` one deciding. */
  readonly windows: 'mean' | 'best';
};

/** What a saved table consists of. */
export type VectorData = {
  readonly rows: StoredRows;
  /** One a row; empty for floats. */
  readonly scales: Float32Array;
  /** The first row of each slot; one more entry than slots. */
  readonly firstRows: Uint32Array;
};

/** Fewer rows are looked at one by one. */
const fewestScanned = 256;
/** So many candidates more than asked for are scored exactly: a rounded question may swap near-equals. */
const spareCandidates = 32;

/** The vectors of all chunks, contiguous, by slot. A chunk has no, one or several rows. */
export class VectorTable {
  readonly settings: VectorSettings;
  #rows: StoredRows;
  /** Where the rows are, when they are many small integers. */
  #area: ScanArea | undefined;
  #scales: Float32Array = new Float32Array(16);
  /** For `l2`: what the distance needs beside the inner product. */
  #squares: Float32Array = new Float32Array(16);
  readonly #firstRows = new GrowableUint32();
  rowCount = 0;

  constructor(settings: VectorSettings) {
    this.settings = settings;
    this.#rows = this.#allocate(16);
    this.#firstRows.push(0);
  }

  static from(settings: VectorSettings, { rows, scales, firstRows }: VectorData): VectorTable {
    const table = new VectorTable(settings);
    table.rowCount = firstRows.at(-1) ?? 0;
    table.#rows = table.#placed(rows);
    table.#scales = isScaled(settings.storage) ? scales : new Float32Array(table.rowCount).fill(1);
    table.#firstRows.append(firstRows.subarray(1));
    if (settings.metric === 'l2') {
      table.#squares = new Float32Array(table.rowCount);
      for (let row = 0; row < table.rowCount; row += 1) table.#measure(row);
    }
    return table;
  }

  /** Slots so far. */
  get size(): number {
    return this.#firstRows.length - 1;
  }

  /** Adds the next slot's vectors. */
  add(vectors: readonly Float32Array[]): void {
    const { metric, storage, windows } = this.settings;
    const kept =
      windows === 'best' || vectors.length === 0
        ? vectors.map((vector) => prepared(metric, vector))
        : [meanVector(metric, vectors)];
    for (const vector of kept) {
      this.#reserve(this.rowCount + 1);
      this.#scales[this.rowCount] = storeRow(storage, vector, this.#rows, this.rowCount);
      if (metric === 'l2') this.#measure(this.rowCount);
      this.rowCount += 1;
    }
    this.#firstRows.push(this.rowCount);
  }

  /** What a file keeps; views, valid until the next `add`. */
  data(): VectorData {
    return {
      rows: this.#rows.subarray(0, this.rowCount * this.settings.dimensions),
      scales: isScaled(this.settings.storage) ? this.#scales.subarray(0, this.rowCount) : new Float32Array(0),
      firstRows: this.#firstRows.view(),
    };
  }

  /** A row as floats, as it is compared. */
  row(row: number): Float32Array {
    const { dimensions } = this.settings;
    const scale = this.#scales[row]!;
    return Float32Array.from(
      this.#rows.subarray(row * dimensions, (row + 1) * dimensions),
      (value) => value * scale,
    );
  }

  /** The rows of a slot, as `[first, one past the last]`. */
  rowsOf(slot: number): readonly [number, number] {
    const firstRows = this.#firstRows.view();
    return [firstRows[slot]!, firstRows[slot + 1]!];
  }

  /** Slots in the order of rows, for what counts in rows. */
  slotsOfRows(): Uint32Array {
    const slots = new Uint32Array(this.rowCount);
    for (let slot = 0; slot < this.size; slot += 1) slots.fill(slot, ...this.rowsOf(slot));
    return slots;
  }

  /** A question's vector as it is compared with the rows. */
  prepare(question: Float32Array): Float32Array {
    return prepared(this.settings.metric, question);
  }

  /** A function that scores slots against a question's vector; `-Infinity` for a slot without vectors. */
  scorer(question: Float32Array): (slot: number) => number {
    const { dimensions, metric } = this.settings;
    const query = this.prepare(question);
    const querySquare = metric === 'l2' ? squaredLength(query) : 0;
    const rows = this.#rows;
    const scales = this.#scales;
    const squares = this.#squares;
    const firstRows = this.#firstRows.view();
    return (slot) => {
      let best = Number.NEGATIVE_INFINITY;
      for (let row = firstRows[slot]!; row < firstRows[slot + 1]!; row += 1) {
        const from = row * dimensions;
        const product =
          scales[row]! *
          (rows instanceof Int8Array ? innerInt8(rows, from, query) : innerFloat32(rows, from, query));
        const score = metric === 'l2' ? Math.min(0, 2 * product - squares[row]! - querySquare) : product;
        if (score > best) best = score;
      }
      return best;
    };
  }

  /**
   * The nearest slots, best first, of those that are allowed; slots without vectors are not among them. Scores are
   * those of {@link VectorTable.scorer}.
   */
  nearest(question: Float32Array, k: number, allowed?: (slot: number) => boolean): readonly Scored[] {
    const score = this.scorer(question);
    const rough = this.#area === undefined ? score : this.#roughScorer(question, this.#area);
    const spare = this.#area === undefined ? 0 : spareCandidates;
    const best = new TopK(k + spare);
    for (let slot = 0; slot < this.size; slot += 1) {
      if (allowed !== undefined && !allowed(slot)) continue;
      const found = rough(slot);
      if (found > Number.NEGATIVE_INFINITY) best.offer(slot, found);
    }
    if (spare === 0) return best.ranked();
    const exact = new TopK(k);
    for (const { slot } of best.ranked()) exact.offer(slot, score(slot));
    return exact.ranked();
  }

  /** As {@link VectorTable.scorer}, with all rows multiplied at once and the question rounded to 16 bits. */
  #roughScorer(question: Float32Array, area: ScanArea): (slot: number) => number {
    const query = this.prepare(question);
    const querySquare = this.settings.metric === 'l2' ? squaredLength(query) : 0;
    const { values, unit } = area.products(query, this.rowCount);
    const l2 = this.settings.metric === 'l2';
    const scales = this.#scales;
    const squares = this.#squares;
    const firstRows = this.#firstRows.view();
    return (slot) => {
      let best = Number.NEGATIVE_INFINITY;
      for (let row = firstRows[slot]!; row < firstRows[slot + 1]!; row += 1) {
        const product = values[row]! * unit * scales[row]!;
        const score = l2 ? 2 * product - squares[row]! - querySquare : product;
        if (score > best) best = score;
      }
      return best;
    };
  }

  #measure(row: number): void {
    this.#squares[row] = squaredLength(this.row(row));
  }

  #allocate(rows: number): StoredRows {
    const { dimensions, storage } = this.settings;
    if (!isScaled(storage)) return new Float32Array(rows * dimensions);
    this.#area = rows < fewestScanned ? undefined : ScanArea.for(dimensions, rows);
    return this.#area?.rows ?? new Int8Array(rows * dimensions);
  }

  /** Rows where they can be scanned. */
  #placed(rows: StoredRows): StoredRows {
    if (!isScaled(this.settings.storage) || this.rowCount < fewestScanned) return rows;
    const placed = this.#allocate(this.rowCount);
    placed.set(rows);
    return placed;
  }

  #reserve(rows: number): void {
    if (rows * this.settings.dimensions > this.#rows.length) {
      const grown = this.#allocate(Math.max(rows, this.rowCount * 2));
      grown.set(this.#rows.subarray(0, this.rowCount * this.settings.dimensions));
      this.#rows = grown;
    }
    if (rows <= this.#scales.length && rows <= this.#squares.length) return;
    const grow = (values: Float32Array): Float32Array => {
      const grown = new Float32Array(rows * 2);
      grown.set(values.subarray(0, this.rowCount));
      return grown;
    };
    this.#scales = grow(this.#scales);
    this.#squares = grow(this.#squares);
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
