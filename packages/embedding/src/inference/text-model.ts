import type { WindowVector } from '../embedder.js';
import type { ModelFolder } from '../model-folder/model-folder.js';
import { loadTokenizer } from '../tokenizer/load.js';
import { segments } from '../tokenizer/segments.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { meanOfWindows, windowSpans } from '../windows.js';
import { type ModelSession, openSession } from './session.js';

/** Called between two batches: may throw to end the request. */
export type Checkpoint = (done: number, total: number) => void | Promise<void>;

/** Texts to window vectors, with a loaded model, on this thread. */
export interface TextModel {
  readonly dimensions: number;
  embedWindows(texts: readonly string[], checkpoint: Checkpoint): Promise<WindowVector[]>;
  embed(texts: readonly string[], checkpoint: Checkpoint): Promise<Float32Array[]>;
  release(): Promise<void>;
}

type Window = Omit<WindowVector, 'vector'> & { readonly ids: readonly number[] };

/** Loads a model folder's tokenizer and weights. Rejects with an EmbeddingError. */
export const loadTextModel = async (model: ModelFolder, threads = 1): Promise<TextModel> => {
  const tokenizer = await loadTokenizer(model);
  const session = await openSession(model, threads);
  try {
    // The width is known for certain only from a vector; the run also warms the session up.
    const [probe] = await session.run([[...tokenizer.prefix, ...tokenizer.suffix]]);
    const dimensions = probe?.length ?? 0;
    const embedWindows = async (
      texts: readonly string[],
      checkpoint: Checkpoint,
    ): Promise<WindowVector[]> => {
      const windows = texts.flatMap((text, textIndex) => windowsOf(text, textIndex, model, tokenizer));
      return runWindows(session, windows, model.batchSize, checkpoint);
    };
    return {
      dimensions,
      embedWindows,
      embed: async (texts, checkpoint) => {
        const vectors: Float32Array[][] = texts.map(() => []);
        for (const { textIndex, vector } of await embedWindows(texts, checkpoint))
          vectors[textIndex]?.push(vector);
        return vectors.map((ofText) => meanOfWindows(ofText, { normalize: model.normalize }));
      },
      release: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
};

const windowsOf = (text: string, textIndex: number, model: ModelFolder, tokenizer: Tokenizer): Window[] => {
  const cleaned = model.collapseWhitespace ? text.replace(/\s+/g, ' ').trim() : text;
  const ids = segments(cleaned).flatMap((part) => tokenizer.encode(part));
  const { prefix, suffix } = tokenizer;
  const size = Math.max(1, model.windowTokens - prefix.length - suffix.length);
  const spans = windowSpans(ids.length, size, Math.min(model.overlapTokens, size - 1));
  return spans.map(({ start, end }, windowIndex) => ({
    textIndex,
    windowIndex,
    windowCount: spans.length,
    tokenStart: start,
    tokenEnd: end,
    ids: [...prefix, ...ids.slice(start, end), ...suffix],
  }));
};

/** Runs windows in batches of similar length, so that little is spent on padding; answers in their order. */
const runWindows = async (
  session: ModelSession,
  windows: readonly Window[],
  batchSize: number,
  checkpoint: Checkpoint,
): Promise<WindowVector[]> => {
  const order = windows
    .map((_, i) => i)
    .sort((a, b) => (windows[a]?.ids.length ?? 0) - (windows[b]?.ids.length ?? 0));
  const answers = new Array<WindowVector>(windows.length);
  for (let start = 0; start < order.length; start += batchSize) {
    await checkpoint(start, order.length);
    const batch = order.slice(start, start + batchSize);
    const vectors = await session.run(batch.map((i) => windows[i]?.ids ?? []));
    for (const [row, i] of batch.entries()) {
      const { ids: _, ...place } = windows[i] as Window;
      answers[i] = { ...place, vector: vectors[row] ?? new Float32Array(0) };
    }
  }
  return answers;
};
