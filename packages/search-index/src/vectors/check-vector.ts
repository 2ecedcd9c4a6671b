import { IndexOptionError } from '../failure.js';

/** @throws {IndexOptionError} Unless it is a vector of that many finite numbers. */
export const checkVector = (option: string, vector: unknown, dimensions: number): void => {
  if (!(vector instanceof Float32Array) || vector.length !== dimensions)
    throw new IndexOptionError(
      option,
      vector instanceof Float32Array ? `a Float32Array of ${vector.length}` : vector,
      `a Float32Array of ${dimensions} numbers`,
    );
  if (!vector.every(Number.isFinite)) throw new IndexOptionError(option, 'NaN or Infinity', 'finite numbers');
};
