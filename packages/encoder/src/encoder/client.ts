import { type Context, OptionError, type ServerRef, StateMachine } from '@memvisor/supervisor';
import * as z from 'zod';
import type { BuildStats, TextSource } from '../build/job.js';
import type { ArchiveChunk, TextOrigin } from '../chunking/place-chunks.js';
import { checkOptions } from '../config/check-options.js';
import type { EncoderResult } from '../failure.js';
import type { EncoderProtocol, EncoderSnapshot } from './messages.js';

/** A running encoder: its pid, name or via name. */
export type EncoderRef = ServerRef<EncoderProtocol>;

/** How a request is made. */
export type RequestOptions = {
  /**
   * Longest wait in milliseconds; then the promise rejects with a `CallExit`.
   * @defaultValue `5000`, for `addText` `60_000`, for `buildVideo` no limit
   */
  readonly timeoutMs?: number;
  /** The process that asks, when it is one. @defaultValue none */
  readonly caller?: Context;
};

/** Options of a build. */
export type BuildOptions = RequestOptions & {
  /** Where the index goes. @defaultValue the video's path with the extension `.mvx` */
  readonly indexPath?: string;
  /** Cancels the build when it fires: the encoder is then in `error`, with `cancelled`. */
  readonly signal?: AbortSignal;
};

const metadata = z.record(z.string(), z.json(), { error: 'an object of JSON values' }).optional();
const source = z.string({ error: 'a text' }).optional();
const markup = z.enum(['markdown', 'none']).optional();
const originSchema = z.strictObject({ source, metadata, markup });
const from1 = z.number().int().min(1).max(0xffff_ffff);
const placeShape = {
  start: z.number().int().min(0).optional(),
  lines: z
    .tuple([from1, from1])
    .refine(([first, last]) => first <= last)
    .optional(),
  headings: z.array(z.string()).optional(),
  page: from1.optional(),
};
const chunksSchema = z.strictObject({
  chunks: z.array(
    z.union(
      [
        z.string(),
        z.strictObject({
          text: z.string(),
          source,
          ...placeShape,
          metadata,
        }),
      ],
      { error: 'a text, or an object with a text' },
    ),
    { error: 'a list of chunks' },
  ),
});

const ask = ({ timeoutMs = 5000, caller }: RequestOptions) => ({ timeoutMs, caller });

/** Adds chunks as they are: texts, or texts with their source, place and metadata. */
const addChunks = (
  encoder: EncoderRef,
  chunks: readonly (string | ArchiveChunk)[],
  options: RequestOptions = {},
): Promise<EncoderResult<void>> => {
  checkOptions(chunksSchema, { chunks });
  const request = {
    type: 'addChunks',
    chunks: chunks.map((chunk) => (typeof chunk === 'string' ? { text: chunk } : chunk)),
  } as const;
  const { timeoutMs, caller } = ask(options);
  return StateMachine.call(encoder, request, timeoutMs, caller);
};

/** Cuts a text as the configuration says and adds its chunks, with their lines and headings. */
const addText = (
  encoder: EncoderRef,
  text: string,
  { source, metadata, markup, ...options }: TextOrigin & RequestOptions = {},
): Promise<EncoderResult<void>> => {
  if (typeof text !== 'string') throw new OptionError('text', text, 'a text');
  const origin = checkOptions(originSchema, { source, metadata, markup }) as TextOrigin;
  const { timeoutMs, caller } = ask({ timeoutMs: 60_000, ...options });
  return StateMachine.call(encoder, { type: 'addText', text, origin }, timeoutMs, caller);
};

/** Adds a text that is read and cut while the video is built: memory does not hold all of it at once. */
const addSource = (
  encoder: EncoderRef,
  textSource: TextSource,
  options: RequestOptions = {},
): Promise<EncoderResult<void>> => {
  checkOptions(
    originSchema.extend({
      text: z.custom<TextSource['text']>(isReadable, {
        error: 'texts to iterate over, or a function that gives them',
      }),
      sizeBytes: z.number().int().min(0).optional(),
    }),
    textSource,
  );
  const { timeoutMs, caller } = ask(options);
  return StateMachine.call(encoder, { type: 'addSource', source: textSource }, timeoutMs, caller);
};

const isReadable = (value: unknown): boolean =>
  typeof value === 'function' ||
  (typeof value === 'object' &&
    value !== null &&
    (Symbol.asyncIterator in value || Symbol.iterator in value));

/**
 * Builds the video at `outputPath` and its index. Resolves when both are there, complete, or with why not.
 * The encoder goes on answering `getState` meanwhile, with the progress.
 */
const buildVideo = async (
  encoder: EncoderRef,
  outputPath: string,
  { indexPath = indexPathOf(outputPath), signal, ...options }: BuildOptions = {},
): Promise<EncoderResult<BuildStats>> => {
  for (const [option, path] of Object.entries({ outputPath, indexPath }))
    if (typeof path !== 'string' || path === '')
      throw new OptionError(option, path, 'the path of a file to write');
  const { timeoutMs, caller } = ask({ timeoutMs: Number.POSITIVE_INFINITY, ...options });
  const cancel = () => cancelBuild(encoder, options);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const reply = StateMachine.call(
      encoder,
      { type: 'buildVideo', outputPath, indexPath },
      timeoutMs,
      caller,
    );
    if (signal?.aborted === true) cancel();
    return await reply;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
};

const indexPathOf = (video: string): string => `${String(video).replace(/\.[^./\\]+$/, '')}.mvx`;

/** Ends the build under way, if there is one: the encoder is then in `error`, with `cancelled`. */
const cancelBuild = (encoder: EncoderRef, { caller }: Pick<RequestOptions, 'caller'> = {}): void =>
  StateMachine.cast(encoder, { type: 'cancelBuild' }, caller);

/** What the encoder has, does or has done. */
const getState = (encoder: EncoderRef, options: RequestOptions = {}): Promise<EncoderSnapshot> => {
  const { timeoutMs, caller } = ask(options);
  return StateMachine.call(encoder, { type: 'getState' }, timeoutMs, caller);
};

/** Forgets everything that was added and built; the files stay. */
const reset = (encoder: EncoderRef, options: RequestOptions = {}): Promise<EncoderResult<void>> => {
  const { timeoutMs, caller } = ask(options);
  return StateMachine.call(encoder, { type: 'reset' }, timeoutMs, caller);
};

/**
 * Everything that one can ask of an encoder. All of it rejects with a `CallExit` when the encoder is not there,
 * dies or takes too long, and throws an `OptionError` for arguments that can't be right.
 */
export const Encoder = {
  addChunks,
  addText,
  addSource,
  buildVideo,
  cancelBuild,
  getState,
  reset,
} as const;
