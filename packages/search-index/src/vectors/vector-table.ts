// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { GrowableUint32 } from '../growable.js';
import { type Metric, meanVector, prepared, squaredLength } from './metric.js';
import { learnProjection, project, unproject } from './reduction.js';
import { ScanArea } from './scan-area.js';
import { isScaled, type StoredRows, storeRow, type VectorStorage } from './storage.js';
import { VectorQuestion } from './vector-question.js';

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

  /** A row in as many numbers as vectors had when they were added: comparable with those of other tables. */
  unreducedRow(row: number): Float32Array {
    return this.#projection === undefined ? this.row(row) : unproject(this.#projection, this.row(row));
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

  /** Asks for what is near a question. Answers are those of the rows of now: valid until the next `add`. */
  ask(question: Float32Array): VectorQuestion {
    return new VectorQuestion(this.prepare(question), {
      metric: this.settings.metric,
      area: this.#scanArea(),
      rows: this.#rows,
      scales: this.#scales,
      squares: this.#squares,
      firstRows: this.#firstRows.view(),
    });
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
