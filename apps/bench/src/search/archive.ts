import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Embedder } from '@memvisor/embedding';
import { buildVideo, checkConfig, describeEncoderFailure, Encoder, encoder } from '@memvisor/encoder';
import { start, stopServer } from '@memvisor/supervisor';
import { BenchError } from '../benchmark.js';
import { generatedTexts } from './generated-text.js';

/** Characters of a chunk; the default of the encoder is 1,024. */
const chunkCharacters = 1000;

/** The archive's texts, one a chunk. */
export const textsOf = (chunks: number): string[] => {
  const texts = generatedTexts(chunkCharacters);
  return Array.from({ length: chunks }, () => texts.next().value as string);
};

/** Encodes the texts into a video in `folder`, or takes the one of an earlier run with as many chunks from there. */
export const archiveOf = async (
  texts: readonly string[],
  folder: string,
  embedder: Embedder,
  say: (text: string) => void,
): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const video = join(folder, `${texts.length}-chunks.mp4`);
  if (existsSync(video)) {
    say(`taking ${video} as it is`);
    return video;
  }
  const config = checkConfig({ embedding: { module: embedder }, chunking: { chunkSize: 2048, overlap: 0 } });
  const started = await start(encoder, { indexName: 'bench', config, buildWith: buildVideo });
  if (!started.ok) throw new BenchError('the encoder did not start');
  try {
    for (const [at, text] of texts.entries()) {
      const added = await Encoder.addText(started.pid, text, {
        source: `source-${Math.floor(at / 100)}`,
        metadata: { part: at % 10 },
      });
      if (!added.ok) throw new BenchError(describeEncoderFailure(added.failure));
    }
    say(`encoding ${texts.length} chunks, which takes minutes …`);
    const built = await Encoder.buildVideo(started.pid, video);
    if (!built.ok) throw new BenchError(describeEncoderFailure(built.failure));
    if (built.value.totalChunks !== texts.length)
      throw new BenchError(`${built.value.totalChunks} chunks were made of ${texts.length} texts`);
    return video;
  } finally {
    await stopServer(started.pid);
  }
};
