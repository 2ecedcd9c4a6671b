import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import type { Precision } from '../default-model/matrices.js';
import { EmbeddingError } from '../failure.js';
import { checkWith } from './check-with.js';
import { fingerprintOf } from './fingerprint.js';
import type { ModelFolder, Pooling } from './model-folder.js';
import { poolingOf } from './pooling-config.js';
import { readJson } from './read-json.js';

/** What a caller may say about a model that its folder leaves open or says otherwise. */
export type ModelOverrides = {
  readonly name?: string | undefined;
  readonly precision?: Precision | undefined;
  readonly pooling?: Pooling | undefined;
  readonly normalize?: boolean | undefined;
  readonly windowTokens?: number | undefined;
  readonly overlapTokens?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly collapseWhitespace?: boolean | undefined;
};

/** Where each precision's file lies, by custom of the exporters; the first that exists is taken. */
export const modelFiles: Readonly<Record<Precision, readonly string[]>> = {
  fp32: ['model.onnx', 'onnx/model.onnx'],
  fp16: ['model_fp16.onnx', 'onnx/model_fp16.onnx'],
  int8: ['model_quantized.onnx', 'onnx/model_quantized.onnx', 'model_int8.onnx', 'onnx/model_int8.onnx'],
};

const configSchema = z.looseObject({
  model_type: z.string().optional(),
  max_position_embeddings: z.number().int().positive().optional(),
  pad_token_id: z.number().int().nonnegative().nullish(),
  memvisor: z
    .looseObject({
      name: z.string().optional(),
      tokenizer: z.enum(['use-lite', 'library']).optional(),
      source: z.string().optional(),
      layout: z.number().optional(),
      precision: z.string().optional(),
      batchSize: z.number().int().positive().optional(),
    })
    .optional(),
});
const sentenceSchema = z.looseObject({ max_seq_length: z.number().int().positive().nullish() });
const tokenizerConfigSchema = z.looseObject({ model_max_length: z.number().positive().nullish() });
const tokenizerSchema = z.looseObject({
  truncation: z.looseObject({ max_length: z.number().int().positive() }).nullish(),
});
const modulesSchema = z.array(z.looseObject({ type: z.string() }));

/**
 * Reads a sentence-transformers style folder: what to run, how to pool, how long a window is.
 *
 * @throws EmbeddingError `model_missing`, `model_invalid` or `model_unsupported`.
 */
export const readModelFolder = async (path: string, overrides: ModelOverrides = {}): Promise<ModelFolder> => {
  const folder = resolve(path);
  const required = await readJson(folder, 'config.json', checkWith(configSchema));
  if (required === undefined)
    throw new EmbeddingError({ kind: 'model_missing', path: join(folder, 'config.json') });
  const tokenizer = await readJson(folder, 'tokenizer.json', checkWith(tokenizerSchema));
  if (tokenizer === undefined)
    throw new EmbeddingError({ kind: 'model_missing', path: join(folder, 'tokenizer.json') });
  const sentence = await readJson(folder, 'sentence_bert_config.json', checkWith(sentenceSchema));
  const tokenizerConfig = await readJson(folder, 'tokenizer_config.json', checkWith(tokenizerConfigSchema));
  const modules = await readJson(folder, 'modules.json', checkWith(modulesSchema));
  const modelFile = await findModelFile(folder, overrides.precision);
  refuseUnknownModules(folder, modules);

  const windowTokens = Math.min(
    overrides.windowTokens ??
      sentence?.max_seq_length ??
      smallest(tokenizer.truncation?.max_length, tokenizerConfig?.model_max_length) ??
      Number.POSITIVE_INFINITY,
    // Tokens beyond the model's positions would be an error at best, and ignored at worst.
    positions(required) ?? 512,
  );
  const settings = {
    tokenizer: required.memvisor?.tokenizer ?? 'library',
    pooling: overrides.pooling ?? (await poolingOf(folder)) ?? 'mean',
    normalize: overrides.normalize ?? modules?.some(({ type }) => type.endsWith('.Normalize')) ?? true,
    windowTokens,
    overlapTokens: overrides.overlapTokens ?? Math.floor(windowTokens / 4),
    collapseWhitespace: overrides.collapseWhitespace ?? false,
  } as const;
  const built = required.memvisor?.source;
  const fingerprint = (): Promise<string> =>
    built === undefined
      ? fingerprintOf([modelFile, join(folder, 'tokenizer.json')], settings)
      : // Told by what it was built from: the last bit of a sine may differ between versions of Node.
        fingerprintOf([], {
          ...settings,
          built,
          layout: required.memvisor?.layout,
          precision: required.memvisor?.precision,
        });
  return {
    ...settings,
    path: folder,
    name: overrides.name ?? required.memvisor?.name ?? basename(folder),
    modelFile,
    padId: required.pad_token_id ?? 0,
    batchSize:
      overrides.batchSize ?? required.memvisor?.batchSize ?? (overrides.precision === 'int8' ? 1 : 8),
    fingerprint: await fingerprint(),
  };
};

const findModelFile = async (folder: string, precision: Precision | undefined): Promise<string> => {
  for (const name of modelFiles[precision ?? 'fp32']) {
    const path = join(folder, name);
    if ((await stat(path).catch(() => undefined))?.isFile()) return path;
  }
  throw new EmbeddingError({
    kind: 'model_missing',
    path: join(folder, modelFiles[precision ?? 'fp32'][0] ?? ''),
  });
};

/** Positions the model has room for; this family starts counting at 2. */
const positions = ({
  model_type,
  max_position_embeddings,
}: z.infer<typeof configSchema>): number | undefined =>
  max_position_embeddings === undefined
    ? undefined
    : /roberta|camembert|mpnet/.test(model_type ?? '')
      ? max_position_embeddings - 2
      : max_position_embeddings;

const smallest = (...values: (number | null | undefined)[]): number | undefined => {
  // "No limit" is written as a number with 30 digits.
  const limits = values.filter((value): value is number => typeof value === 'number' && value < 1e9);
  return limits.length === 0 ? undefined : Math.min(...limits);
};

const known = ['Transformer', 'Pooling', 'Normalize'];

/** A further layer after pooling would silently be left out: say so instead. */
const refuseUnknownModules = (folder: string, modules: z.infer<typeof modulesSchema> | undefined): void => {
  const unknown = modules?.find(({ type }) => !known.some((name) => type.endsWith(`.${name}`)));
  if (unknown !== undefined)
    throw new EmbeddingError({
      kind: 'model_unsupported',
      path: folder,
      detail: `its modules.json names ${unknown.type}, which is not computed here`,
    });
};
