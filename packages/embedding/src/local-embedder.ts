import * as z from 'zod';
import type { Embedder, EmbedOptions } from './embedder.js';
import { checkModelOptions, type ModelOptions, modelOptionShape } from './embedder-options.js';
import { EmbeddingError } from './failure.js';
import { loadTextModel } from './inference/text-model.js';
import { type OpenResult, openResult } from './open-result.js';
import { integer } from './options.js';
import { resolveModel } from './resolve-model.js';

/** Options of {@link openLocalEmbedder}. */
export type LocalEmbedderOptions = ModelOptions & {
  /** Threads that one computation may use, 1 to 256. @defaultValue `1` */
  readonly threads?: number;
};

const schema = z.strictObject(
  { ...modelOptionShape, threads: integer(1, 256).optional() },
  { error: 'an object' },
);

/**
 * Opens a model in this very thread, which stands still while a window is computed (some 15 ms), and goes down
 * with the process where the native runtime aborts. For scripts and for programs that are workers themselves;
 * servers want `openEmbedder`.
 *
 * @returns The embedder, or why the model can't be used.
 * @throws {OptionError} As a rejection, before anything is read: names option, value and expectation.
 */
export const openLocalEmbedder = async (
  options: LocalEmbedderOptions = {},
): Promise<OpenResult<Embedder>> => {
  const { threads = 1, ...modelOptions } = checkModelOptions(
    schema as z.ZodType<LocalEmbedderOptions>,
    options,
  );
  return openResult(async () => {
    const folder = await resolveModel(modelOptions);
    const model = await loadTextModel(folder, threads);
    let closed: Promise<void> | undefined;
    let running = Promise.resolve();

    /** One request after the other: two at once would only share the thread. */
    const run = <T>(
      work: (checkpoint: () => Promise<void>) => Promise<T>,
      { signal }: EmbedOptions,
    ): Promise<T> => {
      const check = (): void => {
        signal?.throwIfAborted();
        if (closed !== undefined) throw new EmbeddingError({ kind: 'closed' });
      };
      const turn = running.then(() => {
        check();
        return work(async () => {
          await new Promise((resolve) => setImmediate(resolve));
          check();
        });
      });
      running = turn.then(
        () => {},
        () => {},
      );
      return turn;
    };

    const { name, fingerprint, windowTokens, overlapTokens } = folder;
    const { dimensions } = model;
    return {
      dimensions,
      model: { name, fingerprint, dimensions, windowTokens, overlapTokens },
      embed: (texts, requested = {}) => run((checkpoint) => model.embed(texts, checkpoint), requested),
      embedWindows: (texts, requested = {}) =>
        run((checkpoint) => model.embedWindows(texts, checkpoint), requested),
      close: () => (closed ??= running.then(() => model.release())),
    };
  });
};
