import type { Embedder, OpenResult } from '@memvisor/embedding';
import { OptionError } from '@memvisor/supervisor';
import * as z from 'zod';

/** How a retriever is opened. */
export interface RetrieverOptions {
  /** The video. */
  readonly video: string;
  /**
   * The index beside it. Default: the video's path with the extension `.mvx`; where there is none, memvid v1's
   * `_index.json` or `.json`.
   */
  readonly index?: string;
  /**
   * Makes the vectors of questions; stays the caller's to close, so that many retrievers can share one. What
   * `openEmbedder` promises will do: the archive is opened meanwhile. So will a function that opens it, which is called at
   * most once: not where the index has no use for it, else as soon as index and decoder have something to do. Without
   * it only `lexical` searches are possible.
   */
  readonly embedder?: Embedder | Promise<OpenResult<Embedder>> | (() => Promise<OpenResult<Embedder>>);
  /**
   * Decoders that are kept running for single frames of H.264, 0 to 16; each is an ffmpeg of some 30 MB. They rest
   * when no frame is asked for during 10 s. Default 2.
   */
  readonly decoders?: number;
  /** Frames kept decoded, least recently used first to go: 1 to 1,000,000. Default 1,000. */
  readonly cacheSize?: number;
  /** Results of a search that does not say how many: 1 to 1,000. Default 5. */
  readonly topK?: number;
  /** The ffmpeg to use. Default: the first one found. */
  readonly ffmpegPath?: string;
  /**
   * What to do with an index whose vectors come from another model than the embedder's: `refuse` to open it, or search its
   * `words` alone and say so in the answer's `notice`. Default `refuse`.
   */
  readonly otherModel?: 'refuse' | 'words';
}

/** {@link RetrieverOptions} with every default filled in. */
export type RetrieverSettings = RetrieverOptions &
  Required<Pick<RetrieverOptions, 'index' | 'cacheSize' | 'topK' | 'decoders' | 'otherModel'>>;

/** @param what the path of what */
export const path = (what: string) => z.string({ error: what }).min(1, { error: what });
/** A whole number between two bounds, both allowed. */
export const integer = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

/** An embedder, or what opens or promises one. */
export const embedderOption = z.custom<RetrieverOptions['embedder']>(
  (value) =>
    typeof value === 'function' ||
    (typeof value === 'object' && value !== null && ('embed' in value || 'then' in value)),
  { error: 'an embedder, as openEmbedder opens it' },
);

const schema = z.strictObject({
  video: path('the path of a video'),
  index: path('the path of an index').optional(),
  embedder: embedderOption.optional(),
  cacheSize: integer(1, 1_000_000).default(1000),
  topK: integer(1, 1000).default(5),
  decoders: integer(0, 16).default(2),
  ffmpegPath: path('the path of an ffmpeg').optional(),
  otherModel: z.enum(['refuse', 'words'], { error: "'refuse' or 'words'" }).default('refuse'),
});

/** The index that belongs to a video: same folder, same name, extension `.mvx`. */
export const indexPathOf = (video: string): string => `${video.replace(/\.[^./\\]+$/, '')}.mvx`;

/** @throws {OptionError} naming the first option that is wrong. */
export const checkOptions = (options: RetrieverOptions): RetrieverSettings => {
  const parsed = schema.safeParse(options);
  if (parsed.success) {
    const settings = parsed.data as RetrieverSettings;
    return { ...settings, index: settings.index ?? indexPathOf(settings.video) };
  }
  const issue = parsed.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const option = unknown ?? issue?.path.join('.') ?? 'options';
  throw new OptionError(
    `retriever.${option}`,
    (options as unknown as { readonly [name: string]: unknown } | undefined)?.[option],
    unknown === undefined ? (issue?.message ?? 'valid options') : 'no such option',
  );
};
