import {
  type BuildStats,
  describeEncoderFailure,
  Encoder,
  type EncoderConfig,
  EncoderSupervisor,
  subscribeToEncoders,
} from '@memvisor/encoder';
import { OptionError } from '@memvisor/supervisor';
import { CommandFailure, wrongUsage } from '../failure.js';
import { findInputs, type Input } from '../inputs.js';
import { createProgress, type Progress } from '../progress.js';
import { encoders, startRootTree } from '../root-tree.js';
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
  readonly seconds: BuildStats['seconds'];
}

/** `memvisor encode`: texts into a video and its index. */
export const encodeCommand = async (
  paths: readonly string[],
  options: EncodeCommandOptions,
): Promise<void> => {
  const inputs = await findInputs(paths);
  const progress = createProgress(options.json !== true);
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const tree = await startRootTree();
  try {
    const report = await encode(inputs, options, progress, interrupted.signal);
    progress.end();
    await print(options.json === true ? JSON.stringify(report) : forPeople(report));
  } finally {
    progress.end();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await tree.stop();
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
      if (!added.ok) throw new CommandFailure(describeEncoderFailure(added.failure));
    }
    const built = await Encoder.buildVideo(encoder, options.out, {
      signal,
      ...(options.index === undefined ? {} : { indexPath: options.index }),
    });
    if (!built.ok)
      throw new CommandFailure(
        built.failure.kind === 'no_chunks'
          ? `${inputs.map((input) => input.source).join(', ')}: there is no text in it, so there is nothing to encode.`
          : describeEncoderFailure(built.failure),
      );
    const { outputPath, indexPath, totalChunks, totalFrames, videoBytes, indexBytes, seconds } = built.value;
    return {
      video: outputPath,
      index: indexPath,
      chunks: totalChunks,
      frames: totalFrames,
      inputBytes,
      videoBytes,
      indexBytes,
      seconds,
    };
  } finally {
    unsubscribe();
  }
};

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

const forPeople = (report: EncodeReport): string => {
  const { video, index, chunks, frames, inputBytes, videoBytes, indexBytes, seconds } = report;
  const ratio = (size: number) => `${bytes(size)}, ${(size / Math.max(1, inputBytes)).toFixed(2)} × the text`;
  return [
    `${printable(video)}: ${frames} frames (${ratio(videoBytes)})`,
    `${printable(index)}: ${chunks} chunks (${ratio(indexBytes)})`,
    `${bytes(inputBytes)} of text in ${duration(seconds.total)}`,
  ].join('\n');
};
