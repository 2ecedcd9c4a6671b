import { divide, exp, log, multiply, productsOf } from './galois.js';

const generators = new Map<number, Uint8Array>();

/** Logarithms of the generator polynomial's coefficients but the first, which is 1. */
const generatorOf = (checks: number): Uint8Array => {
  const known = generators.get(checks);
  if (known !== undefined) return known;
  let polynomial = [1];
  for (let root = 0; root < checks; root++) {
    const next = [...polynomial, 0];
    for (let at = 0; at < polynomial.length; at++)
      next[at + 1] = (next[at + 1] as number) ^ multiply(polynomial[at] as number, exp[root] as number);
    polynomial = next;
  }
  const logs = Uint8Array.from(polynomial.slice(1), (coefficient) => log[coefficient] as number);
  generators.set(checks, logs);
  return logs;
};

/** Fills the last `checks` bytes of a block so that the errors in it can be corrected. */
export const addChecks = (block: Uint8Array, checks: number): void => {
  const generator = generatorOf(checks);
  const dataLength = block.length - checks;
  const rest = new Uint8Array(dataLength + checks);
  rest.set(block.subarray(0, dataLength));
  for (let at = 0; at < dataLength; at++) {
    const factor = rest[at] as number;
    if (factor === 0) continue;
    const power = log[factor] as number;
    for (let to = 0; to < checks; to++) {
      const index = at + 1 + to;
      rest[index] = (rest[index] as number) ^ (exp[power + (generator[to] as number)] as number);
    }
  }
  block.set(rest.subarray(dataLength), dataLength);
};

/**
 * Corrects a block in place: up to half as many wrong bytes as it has check bytes.
 *
 * @returns how many bytes were wrong, or `undefined` for more than can be corrected
 */
export const correct = (block: Uint8Array, checks: number): number | undefined => {
  const syndromes = syndromesOf(block, checks);
  if (syndromes === undefined) return 0;
  const locator = locatorOf(syndromes);
  if (locator === undefined) return undefined;
  const errors = locator.length - 1;
  const places = rootsOf(locator, block.length);
  if (places.length !== errors) return undefined;
  const evaluator = Array.from({ length: checks }, (_, degree) => {
    let sum = 0;
    for (let at = 0; at <= degree && at < locator.length; at++)
      sum ^= multiply(locator[at] as number, syndromes[degree - at] as number);
    return sum;
  });
  for (const place of places) {
    // Forney: the error's value from the evaluator and the locator's derivative at the root.
    const inverse = exp[(255 - place) % 255] as number;
    let slope = 0;
    for (let at = 1; at < locator.length; at += 2)
      slope ^= multiply(locator[at] as number, powerOf(inverse, at - 1));
    if (slope === 0) return undefined;
    const value = multiply(exp[place] as number, divide(evaluate(evaluator, inverse), slope));
    const index = block.length - 1 - place;
    block[index] = (block[index] as number) ^ value;
  }
  // As many roots as the locator has degrees, and few enough: the block is valid now, without looking again.
  return errors;
};

/** The block's polynomial at each of the generator's roots; `undefined` where all are 0: nothing is wrong. */
const syndromesOf = (block: Uint8Array, checks: number): Uint8Array | undefined => {
  const syndromes = new Uint8Array(checks);
  let wrong = false;
  for (let root = 0; root < checks; root++) {
    const products = productsOf(root);
    let sum = 0;
    for (let at = 0; at < block.length; at++) sum = (products[sum] as number) ^ (block[at] as number);
    syndromes[root] = sum;
    wrong ||= sum !== 0;
  }
  return wrong ? syndromes : undefined;
};

/**
 * Berlekamp and Massey: the shortest polynomial whose roots name the wrong places, lowest degree first; `undefined`
 * where there are too many.
 */
const locatorOf = (syndromes: Uint8Array): number[] | undefined => {
  let locator = [1];
  let previous = [1];
  let length = 0;
  let gap = 1;
  let lastDifference = 1;
  for (let at = 0; at < syndromes.length; at++) {
    let difference = syndromes[at] as number;
    for (let back = 1; back <= length; back++)
      difference ^= multiply(locator[back] ?? 0, syndromes[at - back] as number);
    if (difference === 0) {
      gap += 1;
      continue;
    }
    const factor = divide(difference, lastDifference);
    const next = [...locator];
    for (let index = 0; index < previous.length; index++)
      next[index + gap] = (next[index + gap] ?? 0) ^ multiply(factor, previous[index] as number);
    for (let index = 0; index < next.length; index++) next[index] ??= 0;
    if (2 * length <= at) {
      previous = locator;
      length = at + 1 - length;
      lastDifference = difference;
      gap = 1;
    } else gap += 1;
    locator = next;
  }
  while (locator.length > 1 && locator.at(-1) === 0) locator.pop();
  return locator.length - 1 === length && 2 * length <= syndromes.length ? locator : undefined;
};

/** The places, from the block's end, that the locator names. */
const rootsOf = (locator: readonly number[], length: number): number[] => {
  const places: number[] = [];
  for (let place = 0; place < length; place++)
    if (evaluate(locator, exp[(255 - place) % 255] as number) === 0) places.push(place);
  return places;
};

const evaluate = (polynomial: readonly number[], point: number): number => {
  let sum = 0;
  for (let at = polynomial.length - 1; at >= 0; at--) sum = multiply(sum, point) ^ (polynomial[at] as number);
  return sum;
};

const powerOf = (value: number, power: number): number =>
  exp[((log[value] as number) * power) % 255] as number;
