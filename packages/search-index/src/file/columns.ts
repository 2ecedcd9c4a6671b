import type { ByteReader, ByteWriter } from './bytes.js';

/**
 * How a column of numbers is kept: as it is, or as what each adds to the one before; zigzag, so that a step back
 * stays small.
 */
export type ColumnForm = 'values' | 'steps';

export const writeColumn = (writer: ByteWriter, column: Uint32Array, form: ColumnForm): void => {
  let before = 0;
  for (const value of column) {
    if (form === 'values') writer.varint(value);
    // Modulo 2³²: the difference of any two numbers fits, and comes back exactly.
    else writer.varint(zigzag((value - before) | 0));
    before = value;
  }
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
