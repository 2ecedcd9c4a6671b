import { basename } from 'node:path';
import { describeEncoderFailure, Encoder, type EncoderConfig, EncoderSupervisor } from '@memvisor/encoder';
import { OptionError } from '@memvisor/supervisor';
import { CommandFailure, wrongUsage } from '../failure.js';
import { encoders } from '../root-tree.js';
import type { Source } from './source.js';

/** Chunks that are handed to the encoder at a time. */
const batchSize = 1000;

export interface ToOursOptions {
  readonly out: string;
  readonly codec: string | undefined;
  readonly model: string | undefined;
  readonly ffmpeg: string | undefined;
  readonly signal: AbortSignal;
}

/** Builds an archive of ours from memvid's chunks: texts, ids and order are kept, vectors are made anew. */
export const convertToOurs = async (
  { info, chunks }: Source,
  { out, codec, model, ffmpeg, signal }: ToOursOptions,
) => {
  const config: EncoderConfig = {
    ...(codec === undefined ? {} : { codec }),
    ...(ffmpeg === undefined ? {} : { ffmpegPath: ffmpeg }),
    ...(model === undefined ? {} : { embedding: { model } }),
  } as EncoderConfig;
  const encoder = await startEncoder(out, config);
  const source = basename(info.path);
  // Ours count from 0 without a gap, as memvid's do; where an archive's do not, its own id goes along.
  const ids = (id: number, at: number) => (id === at ? {} : { metadata: { memvidId: id } });
  for (let first = 0; first < chunks.length; first += batchSize) {
    const batch = chunks.slice(first, first + batchSize);
    const added = await Encoder.addChunks(
      encoder,
      batch.map(({ id, text }, at) => ({ text, source, ...ids(id, first + at) })),
      { timeoutMs: 60_000 },
    );
    if (!added.ok) throw new CommandFailure(describeEncoderFailure(added.failure));
  }
  const built = await Encoder.buildVideo(encoder, out, { signal });
  if (!built.ok) throw new CommandFailure(describeEncoderFailure(built.failure));
  const {
    outputPath,
    indexPath,
    totalChunks,
    totalFrames,
    videoBytes,
    indexBytes,
    model: name,
  } = built.value;
  return {
    video: outputPath,
    index: indexPath,
    chunks: totalChunks,
    frames: totalFrames,
    videoBytes,
    indexBytes,
    model: name,
    renumbered: chunks.some(({ id }, at) => id !== at),
    split: 0,
    notices: [],
  };
};

const startEncoder = async (indexName: string, config: EncoderConfig) => {
  try {
    const started = await EncoderSupervisor.startEncoder(encoders, { indexName, config });
    if (started.ok && started.pid !== undefined) return started.pid;
    throw new Error(`the encoder did not start: ${JSON.stringify(started)}`);
  } catch (error) {
    if (error instanceof OptionError) throw wrongUsage(error.message);
    throw error;
  }
};
