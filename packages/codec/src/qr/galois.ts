/*
 * The field of 256 elements that QR codes use (polynomial 0x11d), as tables. The libraries at hand multiply by
 * function calls on growing arrays: 4 to 6 ms a frame to encode, as much to read; see docs/decisions/0107.
 */

/** Powers of 2, twice over, so that sums of two logarithms need no modulo. */
export const exp = new Uint8Array(510);
/** Logarithms; that of 0, which has none, is 0 and must not be used. */
export const log = new Uint8Array(256);

for (let power = 0, value = 1; power < 255; power++) {
  exp[power] = value;
  exp[power + 255] = value;
  log[value] = power;
  value = value & 0x80 ? (value << 1) ^ 0x11d : value << 1;
}

export const multiply = (one: number, other: number): number =>
  one === 0 || other === 0 ? 0 : (exp[(log[one] as number) + (log[other] as number)] as number);

/** The quotient; the divisor must not be 0. */
export const divide = (one: number, other: number): number =>
  one === 0 ? 0 : (exp[(log[one] as number) + 255 - (log[other] as number)] as number);

const timesPower = new Map<number, Uint8Array>();

/** The products of a power of 2 with every element: where one factor stays, a table is twice as fast. */
export const productsOf = (power: number): Uint8Array => {
  const known = timesPower.get(power);
  if (known !== undefined) return known;
  const products = Uint8Array.from({ length: 256 }, (_, value) => multiply(exp[power] as number, value));
  timesPower.set(power, products);
  return products;
};
