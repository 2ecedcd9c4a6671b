import { divideBlock, remainderAt } from './divide-block.js';
import { divide, exp, log, multiply } from './galois.js';

/** Fills the last `checks` bytes of a block so that the errors in it can be corrected. */
export const addChecks = (block: Uint8Array, checks: number): void => {
  divideBlock(block, checks);
  const dataLength = block.length - checks;
  for (let at = 0; at < checks; at++) block[dataLength + at] = remainderAt(at);
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
  // Its higher coefficients are 0: that is what the locator was made for.
  const evaluator = new Uint8Array(errors);
  for (let degree = 0; degree < errors; degree++) {
    let sum = 0;
    for (let at = 0; at <= degree; at++)
      sum ^= multiply(locator[at] as number, syndromes[degree - at] as number);
    evaluator[degree] = sum;
  }
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

/**
 * The block's polynomial at each of the generator's roots; `undefined` where all are 0: nothing is wrong. At those roots
 * a block is worth what is left of it after division by the generator: its checks and those that its data should have.
 */
const syndromesOf = (block: Uint8Array, checks: number): Uint8Array | undefined => {
  divideBlock(block, checks);
  const dataLength = block.length - checks;
  const syndromes = new Uint8Array(checks);
  let wrong = 0;
  for (let at = 0; at < checks; at++) {
    const left = (block[dataLength + at] as number) ^ remainderAt(at);
    if (left === 0) continue;
    wrong += 1;
    const degree = checks - 1 - at;
    let power = log[left] as number;
    for (let root = 0; root < checks; root++) {
      syndromes[root] = (syndromes[root] as number) ^ (exp[power] as number);
      power += degree;
      if (power >= 255) power -= 255;
    }
  }
  return wrong === 0 ? undefined : syndromes;
};

/**
 * Berlekamp and Massey: the shortest polynomial whose roots name the wrong places, lowest degree first; `undefined`
 * where there are too many.
 */
const locatorOf = (syndromes: Uint8Array): Uint8Array | undefined => {
  const size = syndromes.length + 1;
  let locator = new Uint8Array(size);
  let previous = new Uint8Array(size);
  let spare = new Uint8Array(size);
  locator[0] = 1;
  previous[0] = 1;
  let length = 0;
  let gap = 1;
  let lastDifference = 1;
  for (let at = 0; at < syndromes.length; at++) {
    let difference = syndromes[at] as number;
    for (let back = 1; back <= length; back++)
      difference ^= multiply(locator[back] as number, syndromes[at - back] as number);
    if (difference === 0) {
      gap += 1;
      continue;
    }
    const factor = divide(difference, lastDifference);
    const next = spare;
    next.set(locator);
    for (let index = gap; index < size; index++)
      next[index] = (next[index] as number) ^ multiply(factor, previous[index - gap] as number);
    if (2 * length <= at) {
      spare = previous;
      previous = locator;
      length = at + 1 - length;
      lastDifference = difference;
      gap = 1;
    } else {
      spare = locator;
      gap += 1;
    }
    locator = next;
  }
  let degree = size - 1;
  while (degree > 0 && locator[degree] === 0) degree -= 1;
  return degree === length && 2 * length <= syndromes.length ? locator.subarray(0, degree + 1) : undefined;
};

/** The places, from the block's end, that the locator names. */
const rootsOf = (locator: Uint8Array, length: number): number[] => {
  const places: number[] = [];
  const degree = locator.length - 1;
  // The logarithm of each term at the place that is looked at: from one place to the next it falls by the term's degree.
  const logs = new Int16Array(locator.length);
  for (let at = 1; at <= degree; at++)
    logs[at] = locator[at] === 0 ? -1 : (log[locator[at] as number] as number);
  for (let place = 0; place < length && places.length < degree; place++) {
    let sum = locator[0] as number;
    for (let at = 1; at <= degree; at++) {
      const power = logs[at] as number;
      if (power < 0) continue;
      sum ^= exp[power] as number;
      logs[at] = power < at ? power - at + 255 : power - at;
    }
    if (sum === 0) places.push(place);
  }
  return places;
};

const evaluate = (polynomial: Uint8Array, point: number): number => {
  let sum = 0;
  for (let at = polynomial.length - 1; at >= 0; at--) sum = multiply(sum, point) ^ (polynomial[at] as number);
  return sum;
};

const powerOf = (value: number, power: number): number =>
  exp[((log[value] as number) * power) % 255] as number;
