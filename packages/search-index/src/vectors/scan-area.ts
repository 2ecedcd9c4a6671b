import { scanModule } from './scan-module.js';

/** The part of WebAssembly's interface that is used; the types of browsers, which have it, are not ours. */
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Functions };
};
type Scan = (
  row: number,
  count: number,
  dimensions: number,
  padded: number,
  query: number,
  out: number,
) => void;
type Inner = (row: number, query: number, dimensions: number) => number;
type Functions = { readonly scan: Scan; readonly inner: Inner };

const pageBytes = 65_536;
/** WebAssembly addresses 4 GiB; as signed numbers half of it, and that is enough. */
const mostBytes = 2 ** 31 - pageBytes;
const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

let compiled: object | undefined;

/** Inner products of all rows with a question, times `unit`. Valid until the next scan. */
export type Products = { readonly values: Int32Array; readonly unit: number };

/** Rows of signed bytes in WebAssembly's memory, where 16 values at a time are multiplied. */
export class ScanArea {
  /** Room for the rows; whoever owns the area fills it. */
  readonly rows: Int8Array;
  readonly #dimensions: number;
  readonly #query: Int16Array;
  readonly #exactQuery: Float64Array;
  readonly #values: Int32Array;
  readonly #functions: Functions;
  /** Whose values {@link ScanArea.#exactQuery} holds. */
  #asked: Float32Array | undefined;

  private constructor(dimensions: number, capacity: number) {
    const { exactBytes, queryBytes, rowBytes, bytes } = layout(dimensions, capacity);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
    compiled ??= new WebAssembly.Module(scanModule);
    this.#functions = new WebAssembly.Instance(compiled, { rows: { memory } }).exports;
    this.#dimensions = dimensions;
    const { buffer } = memory;
    this.#exactQuery = new Float64Array(buffer, 0, dimensions);
    this.#query = new Int16Array(buffer, exactBytes, Math.ceil(dimensions / 16) * 16);
    this.rows = new Int8Array(buffer, exactBytes + queryBytes, dimensions * capacity);
    this.#values = new Int32Array(buffer, exactBytes + queryBytes + rowBytes, capacity);
  }

  /** An area for so many rows; `undefined` when it would be too large. */
  static for(dimensions: number, capacity: number): ScanArea | undefined {
    return layout(dimensions, capacity).bytes <= mostBytes ? new ScanArea(dimensions, capacity) : undefined;
  }

  /** Multiplies the first `count` rows with a question, whose values are rounded to 16 bits for it. */
  products(question: Float32Array, count: number): Products {
    let largest = 0;
    for (const value of question) largest = Math.max(largest, Math.abs(value));
    if (largest === 0 || count === 0) return { values: this.#values.subarray(0, count).fill(0), unit: 0 };
    // So that no sum of products leaves 32 bits.
    const limit = Math.min(0x7fff, Math.floor((2 ** 31 - 1) / 128 / this.#dimensions));
    const unit = largest / limit;
    for (let at = 0; at < question.length; at += 1) this.#query[at] = Math.round((question[at] ?? 0) / unit);
    const { byteOffset } = this.rows;
    const { length, byteOffset: query } = this.#query;
    this.#functions.scan(byteOffset, count, this.#dimensions, length, query, this.#values.byteOffset);
    return { values: this.#values.subarray(0, count), unit };
  }

  /** Whether {@link ScanArea.inner} can be asked. */
  get isExact(): boolean {
    return this.#dimensions % 8 === 0;
  }

  /** One row multiplied with a question as it is, value by value in 64-bit floats. */
  inner(question: Float32Array, row: number): number {
    if (question !== this.#asked) {
      this.#exactQuery.set(question);
      this.#asked = question;
    }
    return this.#functions.inner(this.rows.byteOffset + row * this.#dimensions, 0, this.#dimensions);
  }
}

const layout = (
  dimensions: number,
  capacity: number,
): Readonly<Record<'exactBytes' | 'queryBytes' | 'rowBytes' | 'bytes', number>> => {
  const exactBytes = aligned(dimensions * 8);
  const queryBytes = aligned(Math.ceil(dimensions / 16) * 32);
  // The last row is read 16 bytes at a time as well, up to 15 beyond its end.
  const rowBytes = aligned(dimensions * capacity + 16);
  return { exactBytes, queryBytes, rowBytes, bytes: exactBytes + queryBytes + rowBytes + 4 * capacity };
};
