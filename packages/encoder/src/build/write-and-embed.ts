import { setMaxListeners } from 'node:events';
import { type Chunk, type JsonObject, type WrittenArchive, writeArchive } from '@memvisor/codec';
import type { Embedder } from '@memvisor/embedding';
import { metaOf } from '../chunking/chunk-meta.js';
import type { ArchiveChunk } from '../chunking/place-chunks.js';
import { type CheckedConfig, correctionOf } from '../config/config.js';
import { codecFailure, fail } from './build-error.js';
import { EmbedQueue } from './embed-queue.js';
import type { BuildJob, BuildStats } from './job.js';
import type { ProgressMeter } from './progress.js';
import { readItems } from './read-items.js';
import { secondsSince } from './seconds.js';
import type { Staging } from './staging.js';

/** A video whose chunks have their vectors. */
export type Written = {
  readonly written: WrittenArchive;
  readonly chunks: readonly ArchiveChunk[];
  readonly vectors: readonly (readonly Float32Array[])[];
  readonly seconds: Pick<BuildStats['seconds'], 'chunk' | 'embed' | 'qr' | 'video'>;
};

/** Reads, embeds and encodes at the same time. The first failure of any of them ends all. */
export const writeAndEmbed = async (
  { items, chunkCount, config, indexName, outputPath }: BuildJob,
  video: Staging,
  embedder: Embedder,
  outerSignal: AbortSignal,
  meter: ProgressMeter,
): Promise<Written> => {
  const ending = new AbortController();
  const signal = AbortSignal.any([outerSignal, ending.signal]);
  setMaxListeners(Number.POSITIVE_INFINITY, signal); // one for each request to the embedder that is under way, whoever's it is
  const begun = performance.now();
  const seconds = { chunk: 0, embed: 0, qr: 0, video: 0 };
  let total = items.some(({ type }) => type === 'source') ? undefined : chunkCount;
  let embedFailure: { readonly error: unknown } | undefined;
  const queue = new EmbedQueue({
    embedder,
    batchSize: config.embedding.batchSize,
    windows: config.index.windows,
    signal,
    onEmbedded: (done) => {
      seconds.embed = secondsSince(begun);
      meter.count('embed', done, total);
    },
    onFailed: (error) => {
      if (!signal.aborted) embedFailure = { error };
      ending.abort();
    },
  });
  for (const stage of ['chunk', 'embed'] as const) meter.begin(stage, total);
  meter.begin('encode', undefined);
  const chunks: ArchiveChunk[] = [];
  async function* numbered(): AsyncGenerator<Chunk, void, undefined> {
    let resumed = performance.now();
    for await (const chunk of readItems(items, config.chunking, signal)) {
      seconds.chunk += secondsSince(resumed);
      const id = chunks.push(chunk) - 1;
      meter.count('chunk', chunks.length, total);
      await queue.add(chunk.text);
      yield { id, text: chunk.text, ...metaOf(chunk) };
      resumed = performance.now();
    }
    seconds.chunk += secondsSince(resumed);
    total = chunks.length;
    meter.count('chunk', total, total);
  }

  try {
    const errorCorrection = correctionOf(config);
    const result = await writeArchive(numbered(), {
      path: video.path,
      profile: config.codec,
      format: config.format,
      metadata: describeArchive(indexName, embedder, config),
      signal,
      onProgress: ({ stage, done, total: frames }) => {
        meter.count(stage, done, frames);
        if (stage === 'encode' && done === frames) meter.begin('verify', frames);
      },
      ...(errorCorrection === undefined ? {} : { errorCorrection }),
      stallTimeoutMs: config.stallTimeoutMs,
      ...(config.ffmpegPath === undefined ? {} : { ffmpegPath: config.ffmpegPath }),
    });
    seconds.video = secondsSince(begun);
    if (!result.ok) return fail(codecFailure(result.failure, new Map([[video.path, outputPath]])));
    seconds.qr = result.value.drawMs / 1000;
    await queue.drain();
    return { written: result.value, chunks, vectors: queue.vectors, seconds };
  } catch (error) {
    ending.abort();
    await queue.drain().catch(() => undefined);
    // The writing may have ended because the embedding had failed: that is what to tell.
    throw embedFailure === undefined ? error : embedFailure.error;
  }
};

/** What the video says of itself: enough to make its index again. */
const describeArchive = (
  indexName: string,
  { model }: Embedder,
  { chunking, index }: CheckedConfig,
): JsonObject => ({
  indexName,
  embedding: { model: model.name, fingerprint: model.fingerprint, dimensions: model.dimensions },
  chunking: { chunkSize: chunking.chunkSize, overlap: chunking.overlap },
  index: { vectorSearchSpace: index.vectorSearchSpace, storage: index.storage, windows: index.windows },
});
