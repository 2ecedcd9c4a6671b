import { type ErrorCorrection, findProfile, profileNames } from '@memvisor/codec';
import type { Embedder } from '@memvisor/embedding';
import * as z from 'zod';
import { checkOptions } from './check-options.js';
import { chunkingSchema } from './chunking.js';
import { integer, section } from './schema.js';

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, {
    error: values
      .map((value) => `'${value}'`)
      .join(', ')
      .replace(/, (?=[^,]*$)/, ' or '),
  });
/** An option of ex_memvid that has nothing to decide here; the message says why. */
const notHere = (why: string) => z.undefined({ error: `not to be set: ${why}` }).optional();

const qr = section({
  errorCorrection: oneOf(['low', 'medium', 'quartile', 'high']).optional(),
  fillColor: notHere('frames are black'),
  backColor: notHere('frames are white, for a video without colours is the smallest'),
  gzip: notHere('chunks are compressed wherever that makes them smaller'),
});

const embedding = section({
  module: z
    .custom<Embedder>((value) => typeof value === 'object' && value !== null && 'embedWindows' in value, {
      error: 'an embedder, as openEmbedder opens it',
    })
    .optional(),
  model: z.union([z.string().min(1), z.instanceof(URL)], { error: 'the name or path of a model' }).optional(),
  dimension: integer(1, 65_536).optional(),
  batchSize: integer(1, 10_000).default(32),
  maxSequenceLength: integer(4, 32_768).optional(),
  partitions: integer(1, 256).optional(),
});

const index = section({
  vectorSearchSpace: oneOf(['cosine', 'l2', 'ip']).default('cosine'),
  embeddingDimensions: integer(1, 65_536).optional(),
  storage: oneOf(['float32', 'float16', 'int8', 'int6', 'int4']).default('int6'),
  reduceTo: integer(0, 65_536).default(0),
  windows: oneOf(['mean', 'best']).default('mean'),
  efConstruction: notHere('the search is exact, there is no graph to build'),
  efSearch: notHere('the search is exact, there is no graph to walk'),
  maxElements: notHere('an index has no cap'),
});

/** For the retriever that reads what is written here: one configuration can serve both. */
const retrieval = section({
  topK: integer(1, 1000).default(5),
  cacheSize: integer(1, 1_000_000).default(1000),
  batchSize: notHere('frames are read together as they are asked for'),
  maxWorkers: notHere('reading is spread over the cores by itself'),
});

const schema = section({
  codec: z
    .string({ error: codecExpectation() })
    .refine((name) => findProfile(name) !== undefined, { error: codecExpectation() })
    .default('h264'),
  format: oneOf(['packed', 'json']).default('packed'),
  ffmpegPath: z
    .string({ error: 'the path of an ffmpeg' })
    .min(1, { error: 'the path of an ffmpeg' })
    .optional(),
  stallTimeoutMs: integer(1, 86_400_000).optional(),
  qr: qr.prefault({}),
  chunking: chunkingSchema.prefault({}),
  embedding: embedding.prefault({}),
  index: index.prefault({}),
  retrieval: retrieval.prefault({}),
}).superRefine(
  (
    { embedding: { module, dimension = module?.dimensions }, index: { embeddingDimensions, reduceTo } },
    context,
  ) => {
    if (module !== undefined && dimension !== module.dimensions)
      context.addIssue({
        code: 'custom',
        path: ['embedding', 'dimension'],
        message: `the embedder's dimension (${module.dimensions})`,
      });
    else if (
      dimension !== undefined &&
      embeddingDimensions !== undefined &&
      embeddingDimensions !== dimension
    )
      context.addIssue({
        code: 'custom',
        path: ['index', 'embeddingDimensions'],
        message: `the embedding's dimension (${dimension})`,
      });
    else if (reduceTo > (dimension ?? embeddingDimensions ?? reduceTo))
      context.addIssue({
        code: 'custom',
        path: ['index', 'reduceTo'],
        message: `at most the embedding's dimension (${dimension ?? embeddingDimensions})`,
      });
  },
);

function codecExpectation(): string {
  return `one of ${profileNames.join(', ')} or hevc`;
}

/** What may be given as configuration; every option has a default. The README lists them with their meaning. */
export type EncoderConfig = z.input<typeof schema>;
/** A configuration with every default filled in. */
export type CheckedConfig = z.output<typeof schema>;

/**
 * Fills in the defaults of a configuration.
 *
 * @throws {OptionError} Naming the first option that is wrong or unknown, its value and what was expected.
 * @example
 * checkConfig({ chunking: { chunkSize: 512 } }).chunking; // => { chunkSize: 512, overlap: 32 }
 */
export const checkConfig = (config: EncoderConfig = {}): CheckedConfig => checkOptions(schema, config);

const corrections = { low: 'L', medium: 'M', quartile: 'Q', high: 'H' } as const satisfies Record<
  NonNullable<CheckedConfig['qr']['errorCorrection']>,
  ErrorCorrection
>;

/** The codec's letter for an error correction by name. */
export const correctionOf = (config: CheckedConfig): ErrorCorrection | undefined =>
  config.qr.errorCorrection === undefined ? undefined : corrections[config.qr.errorCorrection];
