import type { Pooling } from '../model-folder/model-folder.js';

/**
 * The vector of one row of a batch from its token vectors.
 *
 * @param states Token vectors of the whole batch, `[rows, tokens, width]` one after the other.
 * @param length The row's own tokens; what follows is padding and does not count.
 */
export const poolTokens = (
  states: Float32Array,
  at: { readonly row: number; readonly tokens: number; readonly width: number; readonly length: number },
  pooling: Pooling,
): Float32Array => {
  const { row, tokens, width, length } = at;
  const start = row * tokens * width;
  const vector = states.slice(start, start + width); // the first token's: all that `cls` wants
  if (pooling === 'cls') return vector;
  for (let token = 1; token < length; token++)
    for (let i = 0; i < width; i++) {
      const value = states[start + token * width + i] ?? 0;
      const so_far = vector[i] ?? 0;
      vector[i] = pooling === 'max' ? Math.max(so_far, value) : so_far + value;
    }
  if (pooling === 'mean') for (let i = 0; i < width; i++) vector[i] = (vector[i] ?? 0) / Math.max(length, 1);
  return vector;
};
