import { chance } from './generated-text.js';

const clusters = 1000;
/** How far a vector is from its cluster's middle, as a share of the middles' own lengths. */
const spread = 0.6;

/**
 * Unit vectors in clusters, the same in every run. How much of their length lies in which direction is that of the default
 * model on English technical text, as measured on 5,548 chunks of npm packages' documents (share of the squared length in
 * the first 16, 32, 64, 128, 192, 256 principal components): the directions are turned so that no number stands out.
 */
export class ClusteredVectors {
  readonly #deviations: Float64Array;
  readonly #middles: Float32Array;
  readonly #signs: Float32Array[];

  constructor(private readonly dimensions: number) {
    this.#deviations = deviationsOf(dimensions);
    const next = gaussian(1);
    this.#middles = Float32Array.from({ length: clusters * dimensions }, next);
    const coin = chance(2);
    this.#signs = [0, 1].map(() => Float32Array.from({ length: dimensions }, () => (coin() < 0.5 ? 1 : -1)));
  }

  /** The vector of a position. */
  at(position: number): Float32Array {
    return this.#vector(gaussian(position + 1000));
  }

  /** A question: a vector like the others, and none of them. */
  question(position: number): Float32Array {
    return this.#vector(gaussian(4_000_000_000 + position * 7));
  }

  #vector(next: () => number): Float32Array {
    const { dimensions } = this;
    const cluster = Math.floor(Math.abs(next()) * 1e6) % clusters;
    const vector = new Float32Array(dimensions);
    for (let at = 0; at < dimensions; at += 1) {
      const middle = this.#middles[cluster * dimensions + at] ?? 0;
      vector[at] = (this.#deviations[at] ?? 0) * (middle + spread * next());
    }
    for (const signs of this.#signs) turn(vector, signs);
    let squares = 0;
    for (const value of vector) squares += value * value;
    const length = Math.sqrt(squares);
    return vector.map((value) => value / length);
  }
}

/** Cumulative shares of the squared length, by number of principal components. */
const measured = [
  [0, 0],
  [1, 0.75],
  [16, 0.9083],
  [32, 0.9421],
  [64, 0.9722],
  [96, 0.9848],
  [128, 0.9904],
  [160, 0.9933],
  [192, 0.9952],
  [224, 0.9965],
  [256, 0.9974],
  [512, 1],
] as const;

/** Standard deviations along the directions. The first, which all vectors share, is left out: it tells none from another. */
const deviationsOf = (dimensions: number): Float64Array => {
  const deviations = new Float64Array(dimensions);
  for (let step = 2; step < measured.length; step += 1) {
    const [from, before] = measured[step - 1] ?? [0, 0];
    const [to, share] = measured[step] ?? [0, 0];
    for (let at = from; at < Math.min(to, dimensions); at += 1)
      deviations[at] = Math.sqrt((share - before) / (to - from));
  }
  return deviations;
};

/** A rotation: signs, then a fast Walsh–Hadamard transform. `vector.length` must be a power of two. */
const turn = (vector: Float32Array, signs: Float32Array): void => {
  for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) * (signs[at] ?? 1);
  for (let half = 1; half < vector.length; half *= 2)
    for (let block = 0; block < vector.length; block += 2 * half)
      for (let at = block; at < block + half; at += 1) {
        const a = vector[at] ?? 0;
        const b = vector[at + half] ?? 0;
        vector[at] = a + b;
        vector[at + half] = a - b;
      }
};

/** Normally distributed numbers, the same for the same seed. */
const gaussian = (seed: number): (() => number) => {
  const next = chance(seed);
  next();
  next();
  let waiting: number | undefined;
  return () => {
    if (waiting !== undefined) {
      const value = waiting;
      waiting = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    waiting = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
};
