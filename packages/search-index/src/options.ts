import * as z from 'zod';
import { expectation } from './expectation.js';
import { IndexOptionError } from './failure.js';
import type { FusionMethod } from './fusion/fuse.js';
import { checkVector } from './vectors/check-vector.js';
import type { Metric } from './vectors/metric.js';
import type { VectorStorage } from './vectors/storage.js';
import type { Bm25Options } from './words/bm25.js';
import type { CoverageOptions } from './words/coverage.js';
import type { FeedbackOptions } from './words/feedback.js';

/** What an index is made for; fixed when it is created and saved with it. */
export type IndexOptions = {
  /** Numbers in a vector: 1 to 65,536. */
  readonly dimensions: number;
  /** How vectors are compared. @defaultValue `'cosine'` */
  readonly metric?: Metric;
  /** How vectors are kept; see {@link VectorStorage} for what each costs. @defaultValue `'int6'` */
  readonly storage?: VectorStorage;
  /**
   * How many numbers of each vector are kept: the most telling ones, learnt from the first 8,192 vectors (fewer when the
   * index is saved with fewer), or 0 for all. A third of what the default model makes costs little and takes a
   * third of the place; see the package's README. What is learnt takes `dimensions × reduceTo × 4` bytes once.
   * @defaultValue `0`
   */
  readonly reduceTo?: number;
  /**
   * What becomes of several vectors of one chunk: their `mean` is kept, or all are kept and the `best`
   * one decides (each costs a vector).
   * @defaultValue `'mean'`
   */
  readonly windows?: 'mean' | 'best';
  /** How words are scored. @defaultValue `{ k1: 1.6, b: 0.75 }` */
  readonly bm25?: Partial<Bm25Options>;
  /** Which model the vectors come from; an index of another model is refused on loading. @defaultValue `''` */
  readonly model?: string;
  /** Which video the index belongs to; an index of another video is refused on loading. @defaultValue `''` */
  readonly archive?: string;
};

/** {@link IndexOptions} with every default filled in. */
export type IndexSettings = Required<Omit<IndexOptions, 'bm25'>> & { readonly bm25: Bm25Options };

/** Words and vectors together, vectors alone, or words alone. */
export type SearchMode = 'hybrid' | 'dense' | 'lexical';

/** How {@link SearchMode} `hybrid` makes one score of two. */
export type FusionOptions = {
  /** @defaultValue `'zscore'` */
  readonly method?: FusionMethod;
  /** How much the vectors count at most, from 0 to 1; the words get the rest. @defaultValue `0.3` */
  readonly denseWeight?: number;
  /**
   * Whether the weights are fitted to each question: words count less where the chunks hold few of the question's, vectors
   * where one chunk stands out, and added words where one chunk holds nearly all of a question's or the vectors do not
   * recognise the first answer. The first answer stays the first, whatever its words draw up.
   * @defaultValue `true`
   */
  readonly adapt?: boolean;
  /**
   * Standard deviations (`zscore` only) by which a chunk's words count more when all of the question's are in the opening of
   * its source: a title, a name, the first words. 0 to 100. @defaultValue `4`
   */
  readonly openingWeight?: number;
  /**
   * Whether it counts how much of the question a chunk covers (`zscore` only), in its words or in ones that are spelled
   * alike: other forms, names with one more or less, slips of the pen.
   * @defaultValue `{ weight: 0.5, variants: 5 }`
   */
  readonly coverage?: Partial<CoverageOptions> | false;
  /**
   * Whether words of the first answers are added to the question (hybrid only), and how many.
   * @defaultValue `{ chunks: 8, terms: 25, weight: 0.75 }`
   */
  readonly feedback?: Partial<FeedbackOptions> | false;
};

const unit = z.number().min(0).max(1);
const count = z.number().int().min(1);

const bm25Schema = z.strictObject({
  k1: z.number().min(0).max(10).default(1.6),
  b: unit.default(0.75),
});

/** The same rules for options given and for settings read from a file. */
export const indexOptionsSchema = z.strictObject({
  dimensions: count.max(65_536),
  metric: z.enum(['cosine', 'l2', 'ip']).default('cosine'),
  storage: z.enum(['float32', 'float16', 'int8', 'int6', 'int4']).default('int6'),
  reduceTo: z.number().int().min(0).max(65_536).default(0),
  windows: z.enum(['mean', 'best']).default('mean'),
  bm25: bm25Schema.prefault({}),
  model: z.string().max(1000).default(''),
  archive: z.string().max(1000).default(''),
});

const feedbackSchema = z.strictObject({
  chunks: count.max(100).default(8),
  terms: count.max(1000).default(25),
  weight: unit.default(0.75),
});

const coverageSchema = z.strictObject({
  weight: z.number().min(0).max(10).default(0.5),
  variants: z.number().int().min(0).max(100).default(5),
});

const fusionSchema = z.strictObject({
  method: z.enum(['zscore', 'minmax', 'rrf']).default('zscore'),
  denseWeight: unit.default(0.3),
  adapt: z.boolean().default(true),
  openingWeight: z.number().min(0).max(100).default(4),
  coverage: z.union([z.literal(false), coverageSchema]).prefault({}),
  feedback: z.union([z.literal(false), feedbackSchema]).prefault({}),
});

const filterValue = z.union([z.number(), z.string()], { error: 'a number or a text' }).optional();
const filterSchema = z.strictObject({
  sources: z.array(z.string()).readonly().optional(),
  metadata: z.record(z.string(), z.json()).optional(),
  ranges: z.record(z.string(), z.strictObject({ from: filterValue, to: filterValue })).optional(),
  frames: z.strictObject({ from: z.number().optional(), to: z.number().optional() }).optional(),
  ids: z.array(z.number()).readonly().optional(),
});

const searchSchema = z.strictObject({
  text: z.string().optional(),
  vector: z.instanceof(Float32Array).optional(),
  k: count.max(1_000_000).default(5),
  mode: z.enum(['hybrid', 'dense', 'lexical']).default('hybrid'),
  filter: filterSchema.optional(),
  diversity: unit.default(0),
  fusion: fusionSchema.prefault({}),
});

/** A search with every default filled in. */
export type SearchSettings = z.output<typeof searchSchema>;

const checked = <Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(given, { error: expectation });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...unknownKey];
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    given,
  );
  const expected = unknownKey.length > 0 ? 'no such option' : (issue?.message ?? 'valid options');
  throw new IndexOptionError(path.join('.') || 'options', value, expected);
};

/** @throws {IndexOptionError} Naming the first option that is wrong. */
export const checkIndexOptions = (options: IndexOptions): IndexSettings => {
  const settings = checked(indexOptionsSchema, options);
  if (settings.reduceTo > settings.dimensions)
    throw new IndexOptionError(
      'reduceTo',
      settings.reduceTo,
      `at most the ${settings.dimensions} dimensions`,
    );
  return settings;
};

/** @throws {IndexOptionError} Naming the first option that is wrong. */
export const checkSearch = (request: unknown, dimensions: number): SearchSettings => {
  const settings = checked(searchSchema, request);
  const { mode, text, vector } = settings;
  if (mode !== 'dense' && text === undefined)
    throw new IndexOptionError('text', text, `the question's words (mode ${mode})`);
  if (mode !== 'lexical') checkVector('vector', vector, dimensions);
  return settings;
};
