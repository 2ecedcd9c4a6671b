/*
 * A WebAssembly module of 460 bytes with two functions, written here instruction by instruction: inner products of a
 * question with rows of signed bytes. See docs/decisions/0145 and 0207.
 *
 *   scan(row, count, dimensions, padded, query, out)
 *
 * With many rows, 16 values at a time. All are byte addresses in the imported memory or numbers. The question's values are
 * 16-bit integers, with zeros up to `padded`, a multiple of 16: what is read beyond a row's end counts nothing. Products
 * are 32-bit integers.
 *
 *   inner(row, query, dimensions)
 *
 * With one row, in 64-bit floats, as the question's values are. Four sums, one for each fourth value, that are added at
 * the end: bit for bit what the loop in vector-question.ts gives. `dimensions` is a multiple of 8.
 */

const i32 = 0x7f;
const v128 = 0x7b;
const f64 = 0x7c;

const unsigned = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
const list = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
const section = (id: number, body: readonly number[]): number[] => [id, ...unsigned(body.length), ...body];
const ascii = (text: string): number[] => [...unsigned(text.length), ...Buffer.from(text, 'latin1')];

// Parameters and local variables, by their position.
const [row, count, dimensions, padded, query, out, at, address, low, high, bytes] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
] as const;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
/** From -64 to 63. */
const constant = (value: number): number[] => [0x41, value & 127];
const add = [0x6a];
const subtract = [0x6b];
const shiftLeft = [0x74];
const less = [0x49];
const storeI32 = [0x36, 2, 0];
const loop = [0x03, 0x40];
const end = [0x0b];
/** Once more round the innermost loop when the value on the stack is not 0. */
const again = [0x0d, 0];

const vector = (operation: number): number[] => [0xfd, ...unsigned(operation)];
const loadVector = (offset: number): number[] => [...vector(0x00), 0, offset];
const zeroVector = [...vector(0x0c), ...Array.from({ length: 16 }, () => 0)];
const lane = (index: number): number[] => [...vector(0x1b), index];
const widenLow = vector(0x87);
const widenHigh = vector(0x88);
const addVectors = vector(0xae);
/** Eight products of 16-bit integers, neighbours added. */
const dot = vector(0xba);

const scanBody = [
  loop, // for each row
  [...zeroVector, ...set(low), ...zeroVector, ...set(high), ...constant(0), ...set(at)],
  loop, // for each 16 values
  [...get(row), ...get(at), ...add, ...loadVector(0), ...set(bytes)],
  [...get(query), ...get(at), ...constant(1), ...shiftLeft, ...add, ...set(address)],
  [
    ...get(low),
    ...get(bytes),
    ...widenLow,
    ...get(address),
    ...loadVector(0),
    ...dot,
    ...addVectors,
    ...set(low),
  ],
  [...get(high), ...get(bytes), ...widenHigh, ...get(address), ...loadVector(16), ...dot, ...addVectors],
  [...set(high), ...get(at), ...constant(16), ...add, ...tee(at), ...get(padded), ...less, ...again],
  end,
  [...get(out), ...get(low), ...get(high), ...addVectors, ...tee(low), ...lane(0)],
  [1, 2, 3].flatMap((index) => [...get(low), ...lane(index), ...add]),
  [...storeI32, ...get(row), ...get(dimensions), ...add, ...set(row)],
  [...get(out), ...constant(4), ...add, ...set(out)],
  [...get(count), ...constant(1), ...subtract, ...tee(count), ...again],
  end,
  end,
].flat();

const [innerRow, innerQuery, left, lowerSums, upperSums, words, four] = [0, 1, 2, 3, 4, 5, 6] as const;

const loadEightBytes = [...vector(0x01), 0, 0];
const widenLowWords = vector(0xa7);
const widenHighWords = vector(0xa8);
/** With the upper half of `four` where the lower one is. */
const upperHalf = [...get(four), ...vector(0x0d), ...Array.from({ length: 16 }, (_, byte) => 8 + (byte % 8))];
const toFloats = vector(0xfe);
const multiplyFloats = vector(0xf2);
const addFloatVectors = vector(0xf0);
const floatLane = (index: number): number[] => [...vector(0x21), index];
const addFloats = [0xa0];

/** Adds the products of two of four integers with the question's values at an offset to two sums. */
const addProducts = (sums: number, half: readonly number[], offset: number): number[] => [
  ...[...get(sums), ...get(four), ...half, ...toFloats],
  ...[...get(innerQuery), ...loadVector(offset), ...multiplyFloats, ...addFloatVectors, ...set(sums)],
];

const innerBody = [
  loop, // for each 8 values
  [...get(innerRow), ...loadEightBytes, ...tee(words), ...widenLowWords, ...set(four)],
  [...addProducts(lowerSums, [], 0), ...addProducts(upperSums, upperHalf, 16)],
  [...get(words), ...widenHighWords, ...set(four)],
  [...addProducts(lowerSums, [], 32), ...addProducts(upperSums, upperHalf, 48)],
  [...get(innerRow), ...constant(8), ...add, ...set(innerRow)],
  [...get(innerQuery), ...constant(32), ...add, ...constant(32), ...add, ...set(innerQuery)],
  [...get(left), ...constant(8), ...subtract, ...tee(left), ...again],
  end,
  [...get(lowerSums), ...floatLane(0), ...get(lowerSums), ...floatLane(1), ...addFloats],
  [...get(upperSums), ...floatLane(0), ...addFloats, ...get(upperSums), ...floatLane(1), ...addFloats],
  end,
].flat();

/** A function's code: how many local variables it has of which type, and its instructions. */
const code = (locals: readonly (readonly number[])[], body: readonly number[]): number[] => {
  const whole = [...list(locals), ...body];
  return [...unsigned(whole.length), ...whole];
};

const numbers = (count: number): number[] => list(Array.from({ length: count }, () => [i32]));

/** The module's bytes. It imports `rows.memory` and exports `scan` and `inner`. */
export const scanModule = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(
    1,
    list([
      [0x60, ...numbers(6), 0],
      [0x60, ...numbers(3), 1, f64],
    ]),
  ),
  ...section(2, list([[...ascii('rows'), ...ascii('memory'), 2, 0, 1]])),
  ...section(3, list([[0], [1]])),
  ...section(
    7,
    list([
      [...ascii('scan'), 0, 0],
      [...ascii('inner'), 0, 1],
    ]),
  ),
  ...section(
    10,
    list([
      code(
        [
          [2, i32],
          [3, v128],
        ],
        scanBody,
      ),
      code([[4, v128]], innerBody),
    ]),
  ),
]);
