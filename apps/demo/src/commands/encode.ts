import { realpath } from 'node:fs/promises';
import {
  type BuildStats,
  describeEncoderFailure,
  Encoder,
  type EncoderConfig,
  type EncoderFailure,
  EncoderSupervisor,
  type SizeRatios,
  type SizeReport,
  sizeRatios,
  subscribeToEncoders,
} from '@memvisor/encoder';
import { indexPathOf } from '@memvisor/retriever';
import { OptionError } from '@memvisor/supervisor';
import { CommandFailure, wrongUsage } from '../failure.js';
import { findInputs, type Input } from '../inputs.js';
import { interruptible } from '../interrupt.js';
import { createProgress, type Progress } from '../progress.js';
import { encoders, startRootTree } from '../root-tree.js';
import { sizeTable } from '../sizes.js';
import { bytes, duration, print, printable } from '../terminal.js';

export interface EncodeCommandOptions {
  readonly out: string;
  readonly index?: string;
  readonly codec?: string;
  readonly format?: 'packed' | 'json';
  readonly chunkSize?: number;
  readonly overlap?: number;
  readonly model?: string;
  readonly ffmpeg?: string;
  readonly json?: boolean;
}

/** What `--json` prints. */
export interface EncodeReport {
  readonly video: string;
  readonly index: string;
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

/** `memvisor encode`: texts into a video and its index. */
export const encodeCommand = async (
  paths: readonly string[],
  options: EncodeCommandOptions,
): Promise<void> => {
  const inputs = await findInputs(paths);
  await refuseOverwriting(inputs, [options.out, options.index ?? indexPathOf(options.out)]);
  const progress = createProgress(options.json !== true);
  const tree = await startRootTree();
  try {
    const report = await interruptible((signal) => encode(inputs, options, progress, signal));
    progress.end();
    await print(options.json === true ? JSON.stringify(report) : forPeople(report));
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

const encode = async (
  inputs: readonly Input[],
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
    let inputBytes = 0;
    for (const { source, text } of inputs) {
      const added = await Encoder.addSource(encoder, {
        source,
        text: () =>
          counted(text, (size) => {
            inputBytes += size;
          }),
      });
      if (!added.ok) throw commandFailure(added.failure, inputs);
    }
    const built = await Encoder.buildVideo(encoder, options.out, {
      signal,
      ...(options.index === undefined ? {} : { indexPath: options.index }),
    });
    if (!built.ok) throw commandFailure(built.failure, inputs);
    const { outputPath, indexPath, totalChunks, totalFrames, videoBytes, indexBytes, sizes, seconds } =
      built.value;
    return {
      video: outputPath,
      index: indexPath,
      chunks: totalChunks,
      frames: totalFrames,
      inputBytes,
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

const commandFailure = (failure: EncoderFailure, inputs: readonly Input[]): CommandFailure => {
  const codecKind = failure.kind === 'codec' ? failure.failure.kind : undefined;
  if (failure.kind === 'no_chunks' || codecKind === 'nothing_to_write')
    return new CommandFailure(
      `${named(inputs)}: there is no text in ${inputs.length === 1 ? 'it' : 'them'}, so there is nothing to encode.`,
    );
  // Told by the input itself, with what to do.
  if (failure.kind === 'source_unreadable' && failure.cause instanceof CommandFailure) return failure.cause;
  if (failure.kind === 'same_path' || codecKind === 'container_unfit')
    return wrongUsage(describeEncoderFailure(failure));
  return new CommandFailure(describeEncoderFailure(failure));
};

const named = (inputs: readonly Input[]): string =>
  [...inputs.slice(0, 3).map(({ source }) => source), ...(inputs.length > 3 ? ['…'] : [])].join(', ');

async function* counted(text: AsyncIterable<string>, add: (bytes: number) => void): AsyncGenerator<string> {
  for await (const piece of text) {
    add(Buffer.byteLength(piece));
    yield piece;
  }
}

const startEncoder = async (options: EncodeCommandOptions) => {
  const { codec, format, chunkSize, overlap, model, ffmpeg } = options;
  const chunking = given({ chunkSize, overlap });
  const config = given({
    codec,
    format,
    ffmpegPath: ffmpeg,
    chunking: Object.keys(chunking).length === 0 ? undefined : chunking,
    embedding: model === undefined ? undefined : { model },
  }) as EncoderConfig;
  try {
    const started = await EncoderSupervisor.startEncoder(encoders, { indexName: options.out, config });
    if (started.ok && started.pid !== undefined) return started.pid;
    throw new Error(`the encoder did not start: ${JSON.stringify(started)}`);
  } catch (error) {
    if (error instanceof OptionError) throw wrongUsage(error.message);
    throw error;
  }
};

/** Without what is undefined: an option that is not given has its default. */
const given = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;

const forPeople = ({ video, index, chunks, frames, inputBytes, sizes, seconds }: EncodeReport): string =>
  [
    `${printable(video)}: ${frames} frames`,
    `${printable(index)}: ${chunks} chunks`,
    `${bytes(inputBytes)} of text in ${duration(seconds.total)}`,
    sizeTable(sizes),
  ].join('\n');
