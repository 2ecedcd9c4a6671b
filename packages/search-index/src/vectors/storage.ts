// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
/**
 * How a vector's values are kept, in memory and on disk. For 512 dimensions:
 *
 * - `float32`: 2,048 bytes, exactly what was added.
 * - `float16`: 1,024 bytes on disk (2,048 in memory); values beyond ±65,504 are cut to that.
 * - `int8`: 516 bytes: 8-bit steps and one scale a vector.
 * - `int6`: 388 bytes on disk (516 in memory): 6-bit steps and one scale a vector.
 * - `int4`: 260 bytes on disk (516 in memory): 4-bit steps and one scale a vector.
 */
export type VectorStorage = 'float32' | 'float16' | ScaledStorage;

/** Small integers, of which one scale a vector makes floats again. */
export type ScaledStorage = 'int8' | 'int6' | 'int4';

/** Rows in memory: floats, or small integers that one scale a row turns into floats. */
export type StoredRows = Float32Array | Int8Array;

/** What a half can hold; larger values are cut to it. */
const largestHalf = 65_504;
const bits = { int8: 8, int6: 6, int4: 4 } as const;
/** How many standard deviations are kept: few bits lose less when the rare extremes are cut off. */
const reach = { int8: Number.MAX_VALUE, int6: 3.6, int4: 2.7 } as const;

/** Whether rows of this storage are integers with a scale. */
export const isScaled = (storage: VectorStorage): storage is ScaledStorage => storage in bits;

/** Bytes of one row on disk, its scale not counted. */
export const bytesPerRow = (storage: VectorStorage, dimensions: number): number => {
  if (isScaled(storage)) return Math.ceil((dimensions * bits[storage]) / 8);
  return dimensions * (storage === 'float32' ? 4 : 2);
};

/** The largest integer of a storage, and the smallest, negated. */
const largestOf = (storage: ScaledStorage): number => 2 ** (bits[storage] - 1) - 1;

const scaleOf = (storage: ScaledStorage, vector: Float32Array): number => {
  let largest = 0;
  let sum = 0;
  for (const value of vector) {
    largest = Math.max(largest, Math.abs(value));
    sum += value * value;
  }
  return Math.min(largest, reach[storage] * Math.sqrt(sum / vector.length)) / largestOf(storage);
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
      for (let at = 0; at < vector.length; at += 1)
        rows[from + at] = halfToFloat(
          floatToHalf(Math.max(-largestHalf, Math.min(largestHalf, vector[at]!))),
        );
    return 1;
  }
  const scale = scaleOf(storage, vector);
  const limit = largestOf(storage);
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
  if (storage === 'float16') return new Uint8Array(Uint16Array.from(rows, floatToHalf).buffer);
  const size = bits[storage];
  const shift = largestOf(storage) + 1;
  const bytes = new Uint8Array((rows.length / dimensions) * bytesPerRow(storage, dimensions));
  let to = 0;
  for (let from = 0; from < rows.length; from += dimensions) {
    let waiting = 0;
    let held = 0;
    for (let at = from; at < from + dimensions; at += 1) {
      waiting |= (rows[at]! + shift) << held;
      held += size;
      if (held < 8) continue;
      bytes[to] = waiting;
      to += 1;
      waiting >>>= 8;
      held -= 8;
    }
    // Each row begins with a byte of its own.
    if (held > 0) {
      bytes[to] = waiting;
      to += 1;
    }
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
  const size = bits[storage];
  const shift = largestOf(storage) + 1;
  const mask = 2 ** size - 1;
  const rows = new Int8Array(count * dimensions);
  if (size === 6 && dimensions % 4 === 0) {
    unpackSixes(bytes, rows);
    return rows;
  }
  let from = 0;
  for (let row = 0; row < rows.length; row += dimensions) {
    let waiting = 0;
    let held = 0;
    for (let at = row; at < row + dimensions; at += 1) {
      if (held < size) {
        waiting |= bytes[from]! << held;
        from += 1;
        held += 8;
      }
      rows[at] = (waiting & mask) - shift;
      waiting >>>= size;
      held -= size;
    }
  }
  return rows;
};

/** The common case of 6 bits, four values in three bytes: four times as fast as bit by bit. */
const unpackSixes = (bytes: Uint8Array, rows: Int8Array): void => {
  let from = 0;
  for (let at = 0; at < rows.length; at += 4) {
    const three = bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16);
    from += 3;
    rows[at] = (three & 63) - 32;
    rows[at + 1] = ((three >> 6) & 63) - 32;
    rows[at + 2] = ((three >> 12) & 63) - 32;
    rows[at + 3] = (three >> 18) - 32;
  }
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
