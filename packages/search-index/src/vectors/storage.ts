// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
/**
 * How a vector's values are kept, in memory and on disk. For 512 dimensions:
 *
 * - `float32`: 2,048 bytes, exactly what was added.
 * - `float16`: 1,024 bytes on disk (2,048 in memory).
 * - `int8`: 516 bytes: 8-bit steps and one scale a vector.
 * - `int4`: 260 bytes on disk (516 in memory): 4-bit steps and one scale a vector.
 */
export type VectorStorage = 'float32' | 'float16' | 'int8' | 'int4';

/** Rows in memory: floats, or small integers that one scale a row turns into floats. */
export type StoredRows = Float32Array | Int8Array;

/** Whether rows of this storage are integers with a scale. */
export const isScaled = (storage: VectorStorage): storage is 'int8' | 'int4' =>
  storage === 'int8' || storage === 'int4';

/** Bytes of one row on disk, its scale not counted. */
export const bytesPerRow = (storage: VectorStorage, dimensions: number): number => {
  switch (storage) {
    case 'float32':
      return dimensions * 4;
    case 'float16':
      return dimensions * 2;
    case 'int8':
      return dimensions;
    case 'int4':
      return Math.ceil(dimensions / 2);
  }
};

/** Largest step of each integer storage, and how far values reach: 4 bits lose less when the rare extremes are cut. */
const steps = { int8: 127, int4: 7 } as const;

const scaleOf = (storage: 'int8' | 'int4', vector: Float32Array): number => {
  let largest = 0;
  let sum = 0;
  for (const value of vector) {
    largest = Math.max(largest, Math.abs(value));
    sum += value * value;
  }
  const reach = storage === 'int8' ? largest : Math.min(largest, 2.7 * Math.sqrt(sum / vector.length));
  return reach / steps[storage];
};

/** Writes a vector as row `row` of `rows`, and returns its scale (1 for floats). */
export const storeRow = (
  storage: VectorStorage,
  vector: Float32Array,
  rows: StoredRows,
  row: number,
): number => {
  const from = row * vector.length;
  if (!isScaled(storage)) {
    if (storage === 'float32') rows.set(vector, from);
    else
      for (let at = 0; at < vector.length; at += 1) rows[from + at] = halfToFloat(floatToHalf(vector[at]!));
    return 1;
  }
  const scale = scaleOf(storage, vector);
  const limit = steps[storage];
  // Math.fround: what is written to disk is what is used before saving.
  if (scale > 0)
    for (let at = 0; at < vector.length; at += 1)
      rows[from + at] = Math.max(-limit, Math.min(limit, Math.round(vector[at]! / scale)));
  return Math.fround(scale);
};

/** Rows in memory to the bytes of the file. */
export const packRows = (storage: VectorStorage, rows: StoredRows, dimensions: number): Uint8Array => {
  if (storage === 'float32' || storage === 'int8')
    return new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
  const count = dimensions === 0 ? 0 : rows.length / dimensions;
  if (storage === 'float16') {
    const halves = Uint16Array.from(rows, floatToHalf);
    return new Uint8Array(halves.buffer);
  }
  const width = bytesPerRow(storage, dimensions);
  const bytes = new Uint8Array(count * width);
  for (let row = 0; row < count; row += 1)
    for (let at = 0; at < dimensions; at += 1) {
      const nibble = (rows[row * dimensions + at]! + 8) << (at % 2 === 0 ? 0 : 4);
      bytes[row * width + (at >> 1)]! |= nibble;
    }
  return bytes;
};

/** The bytes of the file to rows in memory; a view without a copy where the layout allows. */
export const unpackRows = (
  storage: VectorStorage,
  bytes: Uint8Array,
  dimensions: number,
  count: number,
): StoredRows => {
  if (storage === 'int8') return new Int8Array(bytes.buffer, bytes.byteOffset, count * dimensions);
  if (storage === 'float32') return new Float32Array(bytes.buffer, bytes.byteOffset, count * dimensions);
  if (storage === 'float16') {
    const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, count * dimensions);
    const table = halfTable();
    const rows = new Float32Array(halves.length);
    for (let at = 0; at < halves.length; at += 1) rows[at] = table[halves[at]!]!;
    return rows;
  }
  const width = bytesPerRow(storage, dimensions);
  const rows = new Int8Array(count * dimensions);
  for (let row = 0; row < count; row += 1)
    for (let at = 0; at < dimensions; at += 1)
      rows[row * dimensions + at] = ((bytes[row * width + (at >> 1)]! >> (at % 2 === 0 ? 0 : 4)) & 15) - 8;
  return rows;
};

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** IEEE 754 half precision, nearest; what is too large becomes infinite. */
export const floatToHalf = (value: number): number => {
  float[0] = value;
  const bits = floatBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  const shifted = exponent - 112;
  if (shifted >= 31) return sign | 0x7c00;
  if (shifted <= 0) {
    if (shifted < -10) return sign;
    const whole = fraction | 0x800000;
    const drop = 14 - shifted;
    return sign | roundedShift(whole, drop);
  }
  // A carry out of the fraction runs into the exponent, which is what rounding up means.
  return sign + roundedShift((shifted << 23) | fraction, 13);
};

/** Drops low bits, to the nearest; halfway to the even one. */
const roundedShift = (value: number, drop: number): number => {
  const kept = value >>> drop;
  const rest = value & ((1 << drop) - 1);
  const half = 1 << (drop - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
};

/** The number that a half-precision bit pattern stands for. */
export const halfToFloat = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

let halves: Float32Array | undefined;
const halfTable = (): Float32Array => {
  halves ??= Float32Array.from({ length: 0x10000 }, (_, half) => halfToFloat(half));
  return halves;
};
