import { OptionError } from '@memvisor/supervisor';
import type { Embedder, EmbedOptions, WindowVector } from '../embedder.js';
import { EmbeddingError } from '../failure.js';
import { meanOfWindows, normalizeInPlace, windowSpans } from '../windows.js';

/** Options of {@link hashEmbedder}. */
export type HashEmbedderOptions = {
  /** Length of the vectors, 1 to 65,536. @defaultValue `64` */
  readonly dimensions?: number;
  /** Words of a window; neighbours share a quarter. @defaultValue `128` */
  readonly windowTokens?: number;
};

/**
 * An embedder for tests: no model, no child process, microseconds a text, the same vectors everywhere. A text's
 * vector is the sum of one pseudo-random direction a word (in lower case), so texts that share words are near
 * each other and others are not. It knows nothing of meaning: never use it for real searches.
 *
 * @throws {OptionError} For `dimensions` or `windowTokens` out of range.
 * @example
 * const embedder = hashEmbedder({ dimensions: 32 });
 * const [a, b] = await embedder.embed(['red apple', 'apple red']); // equal: word order plays no part
 */
export const hashEmbedder = (options: HashEmbedderOptions = {}): Embedder => {
  const { dimensions = 64, windowTokens = 128 } = options;
  check('dimensions', dimensions);
  check('windowTokens', windowTokens);
  const overlapTokens = Math.floor(windowTokens / 4);
  const directions = directionsOf(dimensions);
  let closed = false;

  const embedWindows = async (
    texts: readonly string[],
    { signal }: EmbedOptions = {},
  ): Promise<WindowVector[]> => {
    signal?.throwIfAborted();
    if (closed) throw new EmbeddingError({ kind: 'closed' });
    return texts.flatMap((text, textIndex) => {
      const words = text.toLowerCase().match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
      const spans = windowSpans(words.length, windowTokens, overlapTokens);
      return spans.map(({ start, end }, windowIndex) => ({
        textIndex,
        windowIndex,
        windowCount: spans.length,
        tokenStart: start,
        tokenEnd: end,
        vector: vectorOf(words.slice(start, end), directions, dimensions),
      }));
    });
  };

  return {
    dimensions,
    model: {
      name: 'hash',
      fingerprint: `hash-${dimensions}-${windowTokens}`,
      dimensions,
      windowTokens,
      overlapTokens,
    },
    embed: async (texts, requested) => {
      const vectors: Float32Array[][] = texts.map(() => []);
      for (const { textIndex, vector } of await embedWindows(texts, requested))
        vectors[textIndex]?.push(vector);
      return vectors.map((ofText) => meanOfWindows(ofText));
    },
    embedWindows,
    close: async () => {
      closed = true;
    },
  };
};

const check = (option: string, value: number): void => {
  if (!Number.isInteger(value) || value < 1 || value > 65_536)
    throw new OptionError(option, value, 'an integer from 1 to 65536');
};

type Directions = (word: string) => Int32Array;

/** Words whose directions are kept: texts repeat theirs. */
const remembered = 4096;

/** The pseudo-random direction of each word. */
const directionsOf = (dimensions: number): Directions => {
  const known = new Map<string, Int32Array>();
  return (word) => {
    const direction = known.get(word);
    if (direction !== undefined) return direction;
    let state = fnv1a(word);
    const made = new Int32Array(dimensions).map(() => {
      state = xorshift(state);
      return state;
    });
    if (known.size >= remembered) known.clear();
    known.set(word, made);
    return made;
  };
};

const vectorOf = (words: readonly string[], directions: Directions, dimensions: number): Float32Array => {
  // Sums of whole numbers, which are exact: the order of the words makes no difference.
  const sums = new Float64Array(dimensions);
  for (const word of words.length === 0 ? [''] : words) {
    const direction = directions(word);
    for (let i = 0; i < dimensions; i++) sums[i] = (sums[i] ?? 0) + (direction[i] ?? 0);
  }
  return normalizeInPlace(Float32Array.from(sums, (sum) => sum / 2 ** 31));
};

const fnv1a = (word: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return hash || 1;
};

const xorshift = (state: number): number => {
  let next = state ^ (state << 13);
  next ^= next >>> 17;
  return next ^ (next << 5);
};
