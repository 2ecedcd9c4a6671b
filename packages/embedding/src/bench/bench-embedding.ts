import * as z from 'zod';
import type { Embedder } from '../embedder.js';
import { EmbeddingError } from '../failure.js';
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
  cacheFolder: z.string().min(1).optional(),
});

type Model = BenchRow['model'];
type Runner = { readonly model: Model; readonly embed: (text: string) => Promise<unknown> };

/**
 * Measures milliseconds per text of the default model in each precision, and of a reference beside them, on this
 * thread. All take turns text by text, so that whatever else the machine does meets all of them alike; the median
 * pass counts.
 */
export const benchEmbedding = async (options: BenchOptions): Promise<BenchRow[]> => {
  const checked = checkOptions(schema as z.ZodType<BenchOptions>, options);
  const { texts, passes = 3, reference, cacheFolder } = checked;
  const embedders = await openAll(cacheFolder === undefined ? {} : { cacheFolder });
  try {
    const [[, exact]] = embedders;
    const windows: string[] = [];
    for (const text of texts) windows.push(await firstWindow(text, exact));

    const runners: Runner[] = embedders.map(([model, embedder]) => ({
      model,
      embed: (text) => embedder.embed([text]),
    }));
    if (reference !== undefined) runners.unshift({ model: 'reference', embed: reference });
    const milliseconds = await takeTurns(runners, windows, passes);

    const expected = await exact.embed(windows);
    const rows: BenchRow[] = [];
    for (const { model } of runners) {
      const embedder = embedders.find(([name]) => name === model)?.[1];
      const own = milliseconds.get(model) ?? Number.NaN;
      const others = milliseconds.get('reference');
      rows.push({
        model,
        millisecondsPerText: own,
        timesReference: others === undefined ? undefined : others / own,
        cosineToFp32: embedder && cosines(await embedder.embed(windows), expected),
      });
    }
    return rows;
  } finally {
    for (const [, embedder] of embedders) await embedder.close();
  }
};

const openAll = async (place: {
  readonly cacheFolder?: string;
}): Promise<[[Model, Embedder], ...[Model, Embedder][]]> => {
  const open = async (precision: 'fp32' | 'fp16' | 'int8'): Promise<[Model, Embedder]> => {
    const opened = await openLocalEmbedder({ precision, batchSize: 1, ...place });
    if (!opened.ok) throw new EmbeddingError(opened.failure);
    return [precision === 'fp16' ? 'use-lite' : `use-lite-${precision}`, opened.embedder];
  };
  return [await open('fp32'), await open('fp16'), await open('int8')];
};

/** Milliseconds per text of each runner in its median pass, after one text to warm up. */
const takeTurns = async (
  runners: readonly Runner[],
  texts: readonly string[],
  passes: number,
): Promise<Map<Model, number>> => {
  for (const { embed } of runners) await embed(texts[0] ?? '');
  const times = new Map<Model, number[]>(runners.map(({ model }) => [model, Array<number>(passes).fill(0)]));
  for (let pass = 0; pass < passes; pass++)
    for (const text of texts)
      for (const { model, embed } of runners) {
        const start = performance.now();
        await embed(text);
        const sums = times.get(model) ?? [];
        sums[pass] = (sums[pass] ?? 0) + (performance.now() - start) / texts.length;
      }
  return new Map(
    [...times].map(([model, sums]) => [
      model,
      sums.sort((a, b) => a - b)[Math.floor(passes / 2)] ?? Number.NaN,
    ]),
  );
};

/** The longest beginning, in steps of a fifth, that fits one window. */
const firstWindow = async (text: string, embedder: Embedder): Promise<string> => {
  let part = text;
  while (part.length > 1 && (await embedder.embedWindows([part])).length > 1)
    part = part.slice(0, Math.ceil(part.length * 0.8));
  return part;
};

const cosines = (vectors: readonly Float32Array[], expected: readonly Float32Array[]) => {
  const all = vectors.map((vector, i) =>
    vector.reduce((sum, x, at) => sum + x * (expected[i]?.[at] ?? 0), 0),
  );
  return { min: Math.min(...all), mean: all.reduce((sum, x) => sum + x, 0) / all.length };
};
