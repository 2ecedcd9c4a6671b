import { type EncoderConfig, EncoderSupervisor } from '@memvisor/encoder';
import { OptionError } from '@memvisor/supervisor';
import { wrongUsage } from '../failure.js';
import { encoders } from '../root-tree.js';
import type { EncodeCommandOptions } from './encode.js';

/** Starts an encoder as the options of `memvisor encode` say; one that is wrong is the command's failure. */
export const startEncoder = async (options: EncodeCommandOptions) => {
  const { codec, format, chunkSize, overlap, model, storage, reduceTo, ffmpeg } = options;
  const chunking = given({ chunkSize, overlap });
  const index = given({ storage, reduceTo });
  const config = given({
    codec,
    format,
    ffmpegPath: ffmpeg,
    chunking: Object.keys(chunking).length === 0 ? undefined : chunking,
    embedding: model === undefined ? undefined : { model },
    index: Object.keys(index).length === 0 ? undefined : index,
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
