// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { GrowableUint32 } from '../growable.js';
import { type Scored, TopK } from '../top-k.js';
import { type Metric, meanVector, prepared, squaredLength } from './metric.js';
import { learnProjection, project } from './reduction.js';
import { ScanArea } from './scan-area.js';
import { isScaled, type StoredRows, storeRow, type VectorStorage } from './storage.js';

/** What a table's rows mean; fixed for its life. */
export type VectorSettings = {
  readonly dimensions: number;
  readonly metric: Metric;
  readonly storage: VectorStorage;
  /** Numbers of each vector that are kept once there are enough to learn which; 0 for all. */
  readonly reduceTo: number;
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
  /** What rows were made of vectors with, where they are reduced. */
  readonly projection: Float32Array | undefined;
};

/** Fewer rows are looked at one by one. */
const fewestScanned = 256;
/** So many candidates more than asked for are scored exactly: a rounded question may swap near-equals. */
const spareCandidates = 32;

/** From so many rows a reduction is learnt, which takes seconds; from fewer when the table is saved. */
const rowsToLearnFrom = 8192;

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
  #projection: Float32Array | undefined;

  /** @param projection how vectors are reduced, when that is known already */
  constructor(settings: VectorSettings, projection?: Float32Array) {
    this.settings = settings;
    this.#projection = projection;
    this.#rows = this.#allocate(16);
    this.#firstRows.push(0);
  }

  static from(settings: VectorSettings, { rows, scales, firstRows, projection }: VectorData): VectorTable {
    const table = new VectorTable(settings, projection);
    table.rowCount = firstRows.at(-1) ?? 0;
    table.#rows = rows;
    table.#scanArea();
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
      this.#scales[this.rowCount] = storeRow(storage, this.#reduced(vector), this.#rows, this.rowCount);
      if (metric === 'l2') this.#measure(this.rowCount);
      this.rowCount += 1;
    }
    this.#firstRows.push(this.rowCount);
    if (this.rowCount >= rowsToLearnFrom) this.reduce();
  }

  /** Numbers in a row. */
  get width(): number {
    return this.#projection === undefined ? this.settings.dimensions : this.settings.reduceTo;
  }

  /** How vectors are reduced, once that is known. */
  get projection(): Float32Array | undefined {
    return this.#projection;
  }

  /** Learns which numbers to keep, if any are to be left out and there is something to learn from, and keeps those. */
  reduce(): void {
    const { dimensions, reduceTo, storage, metric } = this.settings;
    if (reduceTo === 0 || this.#projection !== undefined || this.rowCount === 0) return;
    const rows = new Float32Array(Math.min(this.rowCount, rowsToLearnFrom) * dimensions);
    for (let from = 0, row = 0; from < rows.length; from += dimensions, row += 1)
      rows.set(this.row(row), from);
    const projection = learnProjection(rows, dimensions, reduceTo);
    const kept = isScaled(storage)
      ? new Int8Array(this.rowCount * reduceTo)
      : new Float32Array(this.rowCount * reduceTo);
    for (let row = 0; row < this.rowCount; row += 1)
      this.#scales[row] = storeRow(storage, project(projection, this.row(row)), kept, row);
    this.#rows = kept;
    this.#area = undefined;
    this.#projection = projection;
    if (metric === 'l2') for (let row = 0; row < this.rowCount; row += 1) this.#measure(row);
  }

  /** What a file keeps; views, valid until the next `add`. */
  data(): VectorData {
    return {
      rows: this.#rows.subarray(0, this.rowCount * this.width),
      scales: isScaled(this.settings.storage) ? this.#scales.subarray(0, this.rowCount) : new Float32Array(0),
      firstRows: this.#firstRows.view(),
      projection: this.#projection,
    };
  }

  /** A row as floats, as it is compared. */
  row(row: number): Float32Array {
    const { width } = this;
    const scale = this.#scales[row]!;
    return Float32Array.from(this.#rows.subarray(row * width, (row + 1) * width), (value) => value * scale);
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
    return this.#reduced(prepared(this.settings.metric, question));
  }

  /** A function that scores slots against a question's vector; `-Infinity` for a slot without vectors. */
  scorer(question: Float32Array): (slot: number) => number {
    const { metric } = this.settings;
    const { width } = this;
    const query = this.prepare(question);
    const querySquare = metric === 'l2' ? squaredLength(query) : 0;
    const rows = this.#rows;
    const scales = this.#scales;
    const squares = this.#squares;
    const firstRows = this.#firstRows.view();
    return (slot) => {
      let best = Number.NEGATIVE_INFINITY;
      for (let row = firstRows[slot]!; row < firstRows[slot + 1]!; row += 1) {
        const from = row * width;
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
    const area = this.#scanArea();
    const score = this.scorer(question);
    const rough = area === undefined ? score : this.#roughScorer(question, area);
    const spare = area === undefined ? 0 : spareCandidates;
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

  #reduced(vector: Float32Array): Float32Array {
    return this.#projection === undefined ? vector : project(this.#projection, vector);
  }

  #measure(row: number): void {
    this.#squares[row] = squaredLength(this.row(row));
  }

  #allocate(rows: number): StoredRows {
    const length = rows * this.width;
    return isScaled(this.settings.storage) ? new Int8Array(length) : new Float32Array(length);
  }

  /** Moves many rows of small integers to where they can be scanned, once they are searched. */
  #scanArea(): ScanArea | undefined {
    const { storage } = this.settings;
    if (this.#area !== undefined || !isScaled(storage) || this.rowCount < fewestScanned) return this.#area;
    this.#area = ScanArea.for(this.width, this.rowCount);
    if (this.#area === undefined) return undefined;
    this.#area.rows.set(this.#rows.subarray(0, this.rowCount * this.width));
    this.#rows = this.#area.rows;
    return this.#area;
  }

  #reserve(rows: number): void {
    if (rows * this.width > this.#rows.length) {
      const grown = this.#allocate(Math.max(rows, this.rowCount * 2));
      grown.set(this.#rows.subarray(0, this.rowCount * this.width));
      this.#rows = grown;
      this.#area = undefined;
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
