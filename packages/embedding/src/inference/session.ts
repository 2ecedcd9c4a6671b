import type { Tensor } from 'onnxruntime-node';
import { detailOf, EmbeddingError } from '../failure.js';
import type { ModelFolder } from '../model-folder/model-folder.js';
import { normalizeInPlace } from '../windows.js';
import { poolTokens } from './pooling.js';
import { loadRuntime, type Runtime } from './runtime.js';

/** A loaded model: token ids in, one vector a row out. `run` keeps this thread busy until it is done. */
export interface ModelSession {
  run(rows: readonly (readonly number[])[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/** Inputs this package can fill. A model has the first and may have the others. */
const inputs = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'] as const;
/** Outputs that hold a text's vector already, best first. */
const finished = ['sentence_embedding', 'embeddings', 'text_embeds'];

/** Loads a model for one thread. Rejects with an EmbeddingError where the file is no such model. */
export const openSession = async (model: ModelFolder, threads = 1): Promise<ModelSession> => {
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(model.modelFile, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // Without VNNI the fast integer product overflows on x86 and answers wrong vectors. The default model keeps
    // its weights small enough for it; of other models' weights nothing is known, so they get the exact one.
    extra: { session: { x64quantprecision: model.tokenizer === 'use-lite' ? '0' : '1' } },
  }).catch((error: unknown) => {
    const failure = { kind: 'model_invalid', path: model.modelFile, detail: detailOf(error) } as const;
    throw new EmbeddingError(failure, { cause: error });
  });
  const foreign = session.inputNames.find((name) => !inputs.some((known) => known === name));
  if (foreign !== undefined || !session.inputNames.includes('input_ids')) {
    await session.release();
    const detail =
      foreign === undefined ? 'it has no input named input_ids' : `its input ${foreign} is unknown`;
    throw new EmbeddingError({ kind: 'model_unsupported', path: model.modelFile, detail });
  }
  const output = finished.find((name) => session.outputNames.includes(name)) ?? session.outputNames[0] ?? '';

  return {
    run: async (rows) => {
      try {
        const results = await session.run(feeds(runtime, session.inputNames, rows, model.padId), [output]);
        return vectorsOf(results[output], rows, model);
      } catch (error) {
        if (error instanceof EmbeddingError) throw error;
        throw new EmbeddingError({ kind: 'inference_failed', detail: detailOf(error) }, { cause: error });
      }
    },
    release: () => session.release(),
  };
};

/** Rows of one length, filled up with padding on the right; an empty batch still has one column. */
const feeds = (
  { Tensor }: Runtime,
  names: readonly string[],
  rows: readonly (readonly number[])[],
  padId: number,
) => {
  const tokens = Math.max(1, ...rows.map(({ length }) => length));
  const fill = (value: (ids: readonly number[], token: number) => number): Tensor => {
    const data = new BigInt64Array(rows.length * tokens);
    for (const [row, ids] of rows.entries())
      for (let token = 0; token < tokens; token++) data[row * tokens + token] = BigInt(value(ids, token));
    return new Tensor('int64', data, [rows.length, tokens]);
  };
  const values: Record<string, () => Tensor> = {
    input_ids: () => fill((ids, token) => ids[token] ?? padId),
    attention_mask: () => fill((ids, token) => (token < ids.length ? 1 : 0)),
    token_type_ids: () => fill(() => 0),
    position_ids: () => fill((_, token) => token),
  };
  return Object.fromEntries(names.map((name) => [name, values[name]?.() ?? fill(() => 0)]));
};

const vectorsOf = (
  output: Tensor | undefined,
  rows: readonly (readonly number[])[],
  model: ModelFolder,
): Float32Array[] => {
  const { data, dims } = output ?? {};
  if (!(data instanceof Float32Array) || dims === undefined || (dims.length !== 2 && dims.length !== 3))
    throw new EmbeddingError({
      kind: 'model_unsupported',
      path: model.modelFile,
      detail: `its output is ${output?.type ?? 'missing'} [${dims ?? ''}] instead of float32 vectors a text or a token`,
    });
  const width = dims.at(-1) ?? 0;
  return rows.map((ids, row) => {
    const vector =
      dims.length === 2
        ? data.slice(row * width, (row + 1) * width)
        : poolTokens(data, { row, tokens: dims[1] ?? 0, width, length: ids.length }, model.pooling);
    return model.normalize ? normalizeInPlace(vector) : vector;
  });
};
