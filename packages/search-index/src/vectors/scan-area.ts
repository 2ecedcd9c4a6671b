import { scanModule } from './scan-module.js';

/** The part of WebAssembly's interface that is used; the types of browsers, which have it, are not ours. */
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly scan: Scan } };
};
type Scan = (
  row: number,
  count: number,
  dimensions: number,
  padded: number,
  query: number,
  out: number,
) => void;

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
  readonly #values: Int32Array;
  readonly #scan: Scan;

  private constructor(dimensions: number, capacity: number) {
    const { queryBytes, rowBytes, bytes } = layout(dimensions, capacity);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
    compiled ??= new WebAssembly.Module(scanModule);
    this.#scan = new WebAssembly.Instance(compiled, { rows: { memory } }).exports.scan;
    this.#dimensions = dimensions;
    this.#query = new Int16Array(memory.buffer, 0, Math.ceil(dimensions / 16) * 16);
    this.rows = new Int8Array(memory.buffer, queryBytes, dimensions * capacity);
    this.#values = new Int32Array(memory.buffer, queryBytes + rowBytes, capacity);
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
    this.#scan(byteOffset, count, this.#dimensions, this.#query.length, 0, this.#values.byteOffset);
    return { values: this.#values.subarray(0, count), unit };
  }
}

const layout = (
  dimensions: number,
  capacity: number,
): { readonly queryBytes: number; readonly rowBytes: number; readonly bytes: number } => {
  const queryBytes = aligned(Math.ceil(dimensions / 16) * 32);
  // The last row is read 16 bytes at a time as well, up to 15 beyond its end.
  const rowBytes = aligned(dimensions * capacity + 16);
  return { queryBytes, rowBytes, bytes: queryBytes + rowBytes + 4 * capacity };
};
