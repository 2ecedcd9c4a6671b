// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { createRequire } from 'node:module';
import type * as MlMatrix from 'ml-matrix';

/**
 * Learns how to keep `to` numbers of vectors of `dimensions` numbers: their components along the directions in which
 * the vectors are largest (principal components, not centred, so that inner products are kept), turned at random so
 * that every number carries as much as every other and one scale a vector fits them all.
 *
 * @param rows vectors one after the other
 * @returns `to` rows of `dimensions` numbers, of length 1 and at right angles to each other
 */
export const learnProjection = (rows: Float32Array, dimensions: number, to: number): Float32Array => {
  // Loaded when it is needed: searching never does.
  const { EigenvalueDecomposition, Matrix } = createRequire(import.meta.url)('ml-matrix') as typeof MlMatrix;
  const moments = new Matrix(momentsOf(rows, dimensions));
  // Columns are the directions, those of the smallest eigenvalue first.
  const directions = new EigenvalueDecomposition(moments, { assumeSymmetric: true }).eigenvectorMatrix;
  const largest = directions.subMatrix(0, dimensions - 1, dimensions - to, dimensions - 1);
  return Float32Array.from(largest.mmul(turn(to)).transpose().to1DArray());
};

/** A vector's numbers along the directions of a projection. */
export const project = (projection: Float32Array, vector: Float32Array): Float32Array => {
  const dimensions = vector.length;
  const projected = new Float32Array(projection.length / dimensions);
  for (let to = 0, from = 0; to < projected.length; to += 1, from += dimensions) {
    let sum = 0;
    for (let at = 0; at < dimensions; at += 1) sum += projection[from + at]! * vector[at]!;
    projected[to] = sum;
  }
  return projected;
};

/** The vector that a projected one came from, as far as it says. */
export const unproject = (projection: Float32Array, projected: Float32Array): Float32Array => {
  const dimensions = projection.length / projected.length;
  const vector = new Float32Array(dimensions);
  for (let from = 0, at = 0; at < projected.length; at += 1, from += dimensions)
    for (let to = 0; to < dimensions; to += 1) vector[to]! += projected[at]! * projection[from + to]!;
  return vector;
};

const momentsOf = (rows: Float32Array, dimensions: number): Float64Array[] => {
  const moments = Array.from({ length: dimensions }, () => new Float64Array(dimensions));
  for (let from = 0; from < rows.length; from += dimensions)
    for (let a = 0; a < dimensions; a += 1) {
      const value = rows[from + a]!;
      const sums = moments[a]!;
      for (let b = a; b < dimensions; b += 1) sums[b]! += value * rows[from + b]!;
    }
  for (let a = 0; a < dimensions; a += 1) for (let b = 0; b < a; b += 1) moments[a]![b] = moments[b]![a]!;
  return moments;
};

/** A rotation, the same in every run: the orthogonal part of a matrix of random numbers. */
const turn = (size: number): MlMatrix.Matrix => {
  const { Matrix, QrDecomposition } = createRequire(import.meta.url)('ml-matrix') as typeof MlMatrix;
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const random = new Matrix(Array.from({ length: size }, () => Array.from({ length: size }, next)));
  return new QrDecomposition(random).orthogonalMatrix;
};
