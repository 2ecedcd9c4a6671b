import { realpath } from 'node:fs/promises';
import {
  type BuildStats,
  describeEncoderFailure,
  Encoder,
  type EncoderFailure,
  type SizeRatios,
  type SizeReport,
  sizeRatios,
  subscribeToEncoders,
} from '@memvisor/encoder';
import { indexPathOf } from '@memvisor/retriever';
import { CommandFailure, wrongUsage } from '../failure.js';
import { InputTexts } from '../input-texts.js';
import { type FoundInputs, findInputs, type Input, type SkippedInput } from '../inputs.js';
import { interruptible } from '../interrupt.js';
import type { UserMetadata } from '../metadata-option.js';
import { createProgress, type Progress } from '../progress.js';
import { documents, startDocumentReader, startRootTree } from '../root-tree.js';
import { sizeTable } from '../sizes.js';
import { bytes, counted, duration, print, printable, printableJson } from '../terminal.js';
import { startEncoder } from './start-encoder.js';

export interface EncodeCommandOptions {
  readonly out: string;
  readonly index?: string;
  readonly codec?: string;
  readonly format?: 'packed' | 'json';
  readonly chunkSize?: number;
  readonly overlap?: number;
  readonly model?: string;
  readonly storage?: 'float32' | 'float16' | 'int8' | 'int6' | 'int4';
  readonly reduceTo?: number;
  readonly ffmpeg?: string;
  readonly meta?: UserMetadata;
  readonly root?: string;
  readonly absolute?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** What `--json` prints. */
export interface EncodeReport {
  readonly video: string;
  readonly index: string;
  /** Inputs that are in the video. */
  readonly files: number;
  /** Those that are not, and why. */
  readonly skipped: readonly SkippedInput[];
  readonly chunks: number;
  readonly frames: number;
  readonly inputBytes: number;
  readonly videoBytes: number;
  readonly indexBytes: number;
  /** The text by itself and in gzip and brotli, the video, the index and its parts. */
  readonly sizes: SizeReport;
  /** The same in bytes a byte of text. */
  readonly ratios: SizeRatios;
  readonly seconds: BuildStats['seconds'];
}

/**
 * `memvisor encode`: texts into a video and its index. A file that can't be read is told and left out; only when none is left, or
 * with `strict`, that is a failure.
 */
export const encodeCommand = async (
  paths: readonly string[],
  options: EncodeCommandOptions,
): Promise<void> => {
  const found = await findInputs(paths, options);
  await refuseOverwriting(found.inputs, [options.out, options.index ?? indexPathOf(options.out)]);
  const [firstSkipped] = found.skipped;
  if (firstSkipped !== undefined && (options.strict === true || found.inputs.length === 0))
    throw nothingRead(options.strict === true ? [firstSkipped] : found.skipped);
  const progress = createProgress(options.json !== true);
  const tree = await startRootTree();
  try {
    await startDocumentReader(tree);
    const report = await interruptible((signal) => encode(found, options, progress, signal));
    progress.end();
    tellSkipped(report.skipped);
    await print(options.json === true ? printableJson(report) : forPeople(report));
  } finally {
    progress.end();
    // Where the build ended before its input did, an open stdin would keep Node waiting.
    if (paths.includes('-')) process.stdin.destroy();
    await tree.stop();
  }
};

/** An output that replaces one of the texts would destroy what it was made from. */
const refuseOverwriting = async (inputs: readonly Input[], outputs: readonly string[]): Promise<void> => {
  const realPath = (path: string) => realpath(path).catch(() => undefined);
  const sources = new Set(await Promise.all(inputs.map(({ path }) => path && realPath(path))));
  for (const output of outputs) {
    const real = await realPath(output);
    if (real !== undefined && sources.has(real))
      throw wrongUsage(`${output} is one of the texts, and would be overwritten. Give it another name.`);
  }
};

/** A line for each of the first, on stderr. */
const tellSkipped = (skipped: readonly SkippedInput[], most = 20): void => {
  for (const { file, reason } of skipped.slice(0, most))
    process.stderr.write(`memvisor: skipped ${printable(`${file}: ${reason}`)}\n`);
  if (skipped.length > most)
    process.stderr.write(`memvisor: … and ${skipped.length - most} more (--json lists them all)\n`);
};

const nothingRead = (skipped: readonly SkippedInput[]): CommandFailure => {
  const [only] = skipped;
  if (only !== undefined && skipped.length === 1) return new CommandFailure(`${only.file}: ${only.reason}`);
  tellSkipped(skipped);
  return new CommandFailure(
    `none of the ${skipped.length} inputs has a text, so there is nothing to encode.`,
  );
};

const encode = async (
  { inputs, skipped }: FoundInputs,
  options: EncodeCommandOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<EncodeReport> => {
  const encoder = await startEncoder(options);
  const unsubscribe = subscribeToEncoders(
    (event) => {
      if (event.type === 'encoder_progress')
        progress.report(event.stage, event.done, event.total, event.etaMs);
    },
    { encoder },
  );
  try {
    const texts = new InputTexts(documents, inputs, skipped, options.strict === true);
    for (const input of inputs) {
      const added = await Encoder.addSource(encoder, {
        source: input.source,
        text: () => texts.textOf(input),
        markup: texts.markupOf(input),
        sizeBytes: await texts.sizeOf(input),
        ...(options.meta === undefined ? {} : { metadata: options.meta }),
      });
      if (!added.ok) throw commandFailure(added.failure, texts);
    }
    const built = await Encoder.buildVideo(encoder, options.out, {
      signal,
      ...(options.index === undefined ? {} : { indexPath: options.index }),
    });
    if (!built.ok) throw commandFailure(built.failure, texts);
    const { outputPath, indexPath, totalChunks, totalFrames, videoBytes, indexBytes, sizes, seconds } =
      built.value;
    return {
      video: outputPath,
      index: indexPath,
      files: texts.encoded,
      skipped: texts.skipped,
      chunks: totalChunks,
      frames: totalFrames,
      inputBytes: texts.bytes,
      videoBytes,
      indexBytes,
      sizes,
      ratios: sizeRatios(sizes),
      seconds,
    };
  } finally {
    unsubscribe();
  }
};

const commandFailure = (failure: EncoderFailure, { skipped }: InputTexts): CommandFailure => {
  const codecKind = failure.kind === 'codec' ? failure.failure.kind : undefined;
  if (failure.kind === 'no_chunks' || codecKind === 'nothing_to_write') return nothingRead(skipped);
  // Told by the input itself, with what to do.
  if (failure.kind === 'source_unreadable' && failure.cause instanceof CommandFailure) return failure.cause;
  if (
    failure.kind === 'same_path' ||
    failure.kind === 'too_few_dimensions' ||
    codecKind === 'container_unfit'
  )
    return wrongUsage(describeEncoderFailure(failure));
  return new CommandFailure(describeEncoderFailure(failure));
};

const forPeople = ({ video, index, chunks, frames, inputBytes, sizes, seconds }: EncodeReport): string =>
  [
    `${printable(video)}: ${counted(frames, 'frame')}`,
    `${printable(index)}: ${counted(chunks, 'chunk')}`,
    `${bytes(inputBytes)} of text in ${duration(seconds.total)}`,
    sizeTable(sizes),
  ].join('\n');
