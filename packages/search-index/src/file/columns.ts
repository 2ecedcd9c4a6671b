import { type ByteReader, ByteWriter } from './bytes.js';

/**
 * How a column of numbers is kept: as it is, or as what each adds to the one before; zigzag, so that a step back
 * stays small.
 */
export type ColumnForm = 'values' | 'steps';

/** A column that is written value by value, as the file has it: a byte or two a value instead of four. */
export class ColumnWriter {
  readonly #form: ColumnForm;
  readonly #writer: ByteWriter;
  #before = 0;

  /** @param writer what the column is appended to; without it the column has bytes of its own */
  constructor(form: ColumnForm, writer = new ByteWriter()) {
    this.#form = form;
    this.#writer = writer;
  }

  push(value: number): void {
    // Modulo 2³²: the difference of any two numbers fits, and comes back exactly.
    this.#writer.varint(this.#form === 'values' ? value : zigzag((value - this.#before) | 0));
    this.#before = value;
  }

  bytes(): Uint8Array {
    return this.#writer.bytes();
  }
}

export const writeColumn = (writer: ByteWriter, column: Uint32Array, form: ColumnForm): void => {
  const written = new ColumnWriter(form, writer);
  for (const value of column) written.push(value);
};

/** @throws {DamagedBytes} When the bytes end before the column does. */
export const readColumn = (reader: ByteReader, count: number, form: ColumnForm): Uint32Array => {
  const values = new Uint32Array(count);
  let before = 0;
  for (let slot = 0; slot < count; slot += 1) {
    const value = reader.varint();
    before = form === 'values' ? value : (before + unzigzag(value)) >>> 0;
    values[slot] = before;
  }
  return values;
};

const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;
const unzigzag = (value: number): number => (value >>> 1) ^ -(value & 1);
