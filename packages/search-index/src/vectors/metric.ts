// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
/**
 * How two vectors are compared; a higher score is always nearer.
 *
 * - `cosine`: the angle alone counts; from -1 to 1.
 * - `ip`: the inner product as it is.
 * - `l2`: the squared Euclidean distance, negated; at most 0.
 */
export type Metric = 'cosine' | 'l2' | 'ip';

/** The square of a vector's length. */
export const squaredLength = (vector: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < vector.length; at += 1) sum += vector[at]! * vector[at]!;
  return sum;
};

/** A vector of length 1 in the same direction; the zero vector has none and stays. */
export const normalised = (vector: Float32Array): Float32Array => {
  const length = Math.sqrt(squaredLength(vector));
  return length === 0 ? vector : vector.map((value) => value / length);
};

/** What a metric compares: unit vectors for `cosine`, the vectors themselves for the others. */
export const prepared = (metric: Metric, vector: Float32Array): Float32Array =>
  metric === 'cosine' ? normalised(vector) : vector;

/** One vector for several windows: their mean, of unit length for `cosine`. */
export const meanVector = (metric: Metric, windows: readonly Float32Array[]): Float32Array => {
  const mean = new Float32Array(windows[0]?.length ?? 0);
  for (const window of windows) {
    const values = prepared(metric, window);
    for (let at = 0; at < mean.length; at += 1) mean[at]! += values[at]! / windows.length;
  }
  return prepared(metric, mean);
};
