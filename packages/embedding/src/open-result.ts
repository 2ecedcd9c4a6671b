import { EmbeddingError, type EmbeddingFailure } from './failure.js';

/** An embedder, or the reason why there is none. */
export type OpenResult<E> =
  | { readonly ok: true; readonly embedder: E }
  | { readonly ok: false; readonly failure: EmbeddingFailure };

/** Turns the failures that opening throws inside into the value that callers get. */
export const openResult = async <E>(open: () => Promise<E>): Promise<OpenResult<E>> => {
  try {
    return { ok: true, embedder: await open() };
  } catch (error) {
    if (error instanceof EmbeddingError) return { ok: false, failure: error.failure };
    throw error;
  }
};
