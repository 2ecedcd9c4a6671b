import { z } from 'zod';
import { describeEmbeddingFailure } from '../failure.js';
import { openLocalEmbedder } from '../local-embedder.js';
import { checkOptions, integer } from '../options.js';

/** Options of {@link benchEmbedding}. */
export type BenchOptions = {
  /** Texts to embed; each is cut to one window of the model, so that all models do the same work. */
  readonly texts: readonly string[];
  /** Passes over the texts; the median pass counts. 1 to 100. @defaultValue `3` */
  readonly passes?: number;
  /**
   * Another implementation to compare with, text by text, such as `@energetic-ai/embeddings`.
   * @defaultValue none
   */
  readonly reference?: (text: string) => Promise<unknown>;
  /** Texts for the reference, which may be slow: the first so many. @defaultValue `16` */
  readonly referenceTexts?: number;
  /** Where models are built. @defaultValue as for `openEmbedder` */
  readonly cacheFolder?: string;
};

/** One line of the benchmark: one model on one core, tokenizing included. */
export type BenchRow = {
  /** `reference` is the option of that name; without it there is no such row. */
  readonly model: 'reference' | 'use-lite-fp32' | 'use-lite' | 'use-lite-int8';
  readonly millisecondsPerText: number;
  /** How many times as fast as the reference in the same run, if there is one. */
  readonly timesReference: number | undefined;
  /** Smallest and mean cosine to the fp32 model's vectors: 1 means the same ranking. */
  readonly cosineToFp32: { readonly min: number; readonly mean: number } | undefined;
};

const schema = z.strictObject({
  texts: z.array(z.string(), { error: 'an array of texts' }).min(1, { error: 'at least one text' }),
  passes: integer(1, 100).optional(),
  reference: z
    .custom<BenchOptions['reference']>((value) => typeof value === 'function', { error: 'a function' })
    .optional(),
  referenceTexts: integer(1, 100_000).optional(),
  cacheFolder: z.string().min(1).optional(),
});

/**
 * Measures milliseconds per text of the default model in each precision and of the JavaScript reference
 * implementation, each alone on this thread and one text at a time.
 */
export const benchEmbedding = async (options: BenchOptions): Promise<BenchRow[]> => {
  const checked = checkOptions(schema as z.ZodType<BenchOptions>, options);
  const { texts, passes = 3, reference, referenceTexts = 16, cacheFolder } = checked;
  const place = cacheFolder === undefined ? {} : { cacheFolder };
  const measured: { model: BenchRow['model']; milliseconds: number; vectors: readonly Float32Array[] }[] = [];
  const windows: string[] = [];

  for (const precision of ['fp32', 'fp16', 'int8'] as const) {
    const opened = await openLocalEmbedder({ precision, batchSize: 1, ...place });
    if (!opened.ok) throw new Error(describeEmbeddingFailure(opened.failure));
    const { embedder } = opened;
    if (windows.length === 0)
      for (const text of texts) windows.push(await firstWindow(text, embedder.embedWindows));
    await embedder.embed(windows.slice(0, 4)); // warm
    let vectors: readonly Float32Array[] = [];
    const milliseconds = await medianOf(passes, async () => {
      vectors = await embedder.embed(windows);
    });
    const model = precision === 'fp16' ? 'use-lite' : (`use-lite-${precision}` as const);
    measured.push({ model, milliseconds: milliseconds / windows.length, vectors });
    await embedder.close();
  }
  const compared = windows.slice(0, referenceTexts);
  const referenceMilliseconds =
    reference === undefined
      ? undefined
      : (await medianOf(passes, () => inTurn(compared, reference))) / compared.length;

  const fp32 = measured[0]?.vectors ?? [];
  const rows = measured.map(({ model, milliseconds, vectors }): BenchRow => {
    const cosines = vectors.map((vector, i) => dot(vector, fp32[i] ?? vector));
    return {
      model,
      millisecondsPerText: milliseconds,
      timesReference: referenceMilliseconds === undefined ? undefined : referenceMilliseconds / milliseconds,
      cosineToFp32: {
        min: Math.min(...cosines),
        mean: cosines.reduce((sum, x) => sum + x, 0) / cosines.length,
      },
    };
  });
  if (referenceMilliseconds === undefined) return rows;
  const row = { model: 'reference', millisecondsPerText: referenceMilliseconds, timesReference: 1 } as const;
  return [{ ...row, cosineToFp32: undefined }, ...rows];
};

const inTurn = async (texts: readonly string[], embed: (text: string) => Promise<unknown>): Promise<void> => {
  for (const text of texts) await embed(text);
};

/** The longest beginning that fits one window, found by halving. */
const firstWindow = async (
  text: string,
  embedWindows: (texts: readonly string[]) => Promise<readonly unknown[]>,
): Promise<string> => {
  let part = text;
  while (part.length > 1 && (await embedWindows([part])).length > 1)
    part = part.slice(0, Math.ceil(part.length * 0.8));
  return part;
};

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

const medianOf = async (passes: number, run: () => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
};
