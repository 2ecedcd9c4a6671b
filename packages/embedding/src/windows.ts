/** The tokens from `start` up to, not including, `end`. */
export type TokenSpan = { readonly start: number; readonly end: number };

/**
 * Cuts a text's tokens into windows: each holds at most `size` tokens, neighbours share `overlap`, and every
 * token lies in at least one. The last window is moved back to be as long as the others, so that no vector
 * stands for a few left-over words. A text without tokens has one empty window.
 */
export const windowSpans = (tokenCount: number, size: number, overlap: number): TokenSpan[] => {
  if (tokenCount <= size) return [{ start: 0, end: tokenCount }];
  const spans: TokenSpan[] = [];
  for (let start = 0; start + size < tokenCount; start += size - overlap)
    spans.push({ start, end: start + size });
  spans.push({ start: tokenCount - size, end: tokenCount });
  return spans;
};

/**
 * One vector for a text from the vectors of its windows: their mean, brought to length 1 when `normalize` is
 * set (the default). A single window is answered as it is.
 *
 * @throws RangeError When there is no vector.
 * @example
 * meanOfWindows([Float32Array.of(1, 0), Float32Array.of(0, 1)]); // => [0.7071…, 0.7071…]
 */
export const meanOfWindows = (
  vectors: readonly Float32Array[],
  options: { readonly normalize?: boolean } = {},
): Float32Array => {
  const [first] = vectors;
  if (first === undefined) throw new RangeError('meanOfWindows needs at least one vector');
  if (vectors.length === 1) return first;
  const mean = new Float32Array(first.length);
  for (const vector of vectors)
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + (vector[i] ?? 0) / vectors.length;
  return options.normalize === false ? mean : normalizeInPlace(mean);
};

/** Brings a vector to length 1, in place. A zero vector stays as it is. */
export const normalizeInPlace = (vector: Float32Array): Float32Array => {
  let squares = 0;
  for (const x of vector) squares += x * x;
  const length = Math.sqrt(Math.max(squares, 1e-12));
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length;
  return vector;
};
