import { resolve } from 'node:path';
import { type Chunk, type JsonObject, type WrittenArchive, writeArchive } from '@memvisor/codec';
import { type Embedder, openEmbedder } from '@memvisor/embedding';
import type { ArchiveChunk } from '../chunking/place-chunks.js';
import { type CheckedConfig, correctionOf } from '../config/config.js';
import { codecFailure, fail, failureOf } from './build-error.js';
import { EmbedQueue } from './embed-queue.js';
import type { Build, BuildContext, BuildJob, BuildStats } from './job.js';
import { makeIndex } from './make-index.js';
import { ProgressMeter } from './progress.js';
import { readItems } from './read-items.js';
import { type Staging, stage } from './staging.js';

/**
 * Builds the video and its index. Texts are read, embedded and encoded at the same time; the index follows when
 * every chunk has its frame. Both files appear at the end: the video first, from which the index could be made
 * again.
 */
export const buildVideo: Build = async (job, context) => {
  const cleaning: (() => Promise<unknown>)[] = [];
  try {
    return { ok: true, value: await build(job, context, cleaning) };
  } catch (error) {
    const failure = failureOf(error, context.signal);
    if (failure === undefined) throw error;
    return { ok: false, failure };
  } finally {
    for (const clean of cleaning.reverse()) await clean();
  }
};

const build = async (
  job: BuildJob,
  { signal, owner, report }: BuildContext,
  cleaning: (() => Promise<unknown>)[],
): Promise<BuildStats> => {
  const { config, outputPath, indexPath } = job;
  const begun = performance.now();
  if (resolve(outputPath) === resolve(indexPath)) fail({ kind: 'same_path', path: outputPath });
  const staged = async (target: string): Promise<Staging> => {
    const staging = await stage(target);
    cleaning.push(staging.discard);
    return staging;
  };
  const video = await staged(outputPath);
  const index = await staged(indexPath);
  signal.throwIfAborted();
  const embedder = await embedderFor(config, cleaning);
  const meter = new ProgressMeter(report);

  const { written, chunks, vectors, seconds } = await writeAndEmbed(job, video, embedder, signal, meter);
  const indexing = performance.now();
  meter.begin('index', chunks.length);
  const indexBytes = await makeIndex(
    {
      path: index.path,
      target: indexPath,
      chunks,
      vectors,
      video: written,
      embedder,
      settings: config.index,
    },
    signal,
    owner,
    (done) => meter.count('index', done, chunks.length),
  );
  signal.throwIfAborted();
  await video.publish();
  await index.publish();
  return {
    indexName: job.indexName,
    outputPath,
    indexPath,
    totalChunks: written.chunks,
    totalFrames: written.frames,
    textBytes: written.textBytes,
    videoBytes: written.videoBytes,
    indexBytes,
    archiveId: written.archiveId,
    model: embedder.model.name,
    seconds: { ...seconds, index: secondsSince(indexing), total: secondsSince(begun) },
  };
};

/** The embedder of the configuration, or one that lives as long as the build. */
const embedderFor = async (
  { embedding, index }: CheckedConfig,
  cleaning: (() => Promise<unknown>)[],
): Promise<Embedder> => {
  const { module, model, maxSequenceLength, partitions, dimension } = embedding;
  let embedder: Embedder | undefined = module;
  if (embedder === undefined) {
    // No link: an embedder that gives up is a failure of this build, not a crash of the encoder.
    const opened = await openEmbedder({
      ...(model === undefined ? {} : { model }),
      ...(maxSequenceLength === undefined ? {} : { windowTokens: maxSequenceLength }),
      ...(partitions === undefined ? {} : { partitions }),
    });
    if (!opened.ok) return fail({ kind: 'embedding', failure: opened.failure });
    embedder = opened.embedder;
    cleaning.push(() => opened.embedder.close());
  }
  const expected = dimension ?? index.embeddingDimensions ?? embedder.dimensions;
  if (expected !== embedder.dimensions)
    fail({ kind: 'dimension_mismatch', expected, actual: embedder.dimensions });
  return embedder;
};

type Written = {
  readonly written: WrittenArchive;
  readonly chunks: readonly ArchiveChunk[];
  readonly vectors: readonly (readonly Float32Array[])[];
  readonly seconds: Pick<BuildStats['seconds'], 'chunk' | 'embed' | 'video'>;
};

/** The first failure of either ends both. */
const writeAndEmbed = async (
  { items, chunkCount, config, indexName, outputPath }: BuildJob,
  video: Staging,
  embedder: Embedder,
  outerSignal: AbortSignal,
  meter: ProgressMeter,
): Promise<Written> => {
  const ending = new AbortController();
  const signal = AbortSignal.any([outerSignal, ending.signal]);
  const begun = performance.now();
  const seconds = { chunk: 0, embed: 0, video: 0 };
  let total = items.some(({ type }) => type === 'source') ? undefined : chunkCount;
  const queue = new EmbedQueue({
    embedder,
    batchSize: config.embedding.batchSize,
    windows: config.index.windows,
    signal,
    onEmbedded: (done) => {
      seconds.embed = secondsSince(begun);
      meter.count('embed', done, total);
    },
    onFailed: () => ending.abort(),
  });
  for (const stage of ['chunk', 'embed'] as const) meter.begin(stage, total);
  meter.begin('encode', undefined);
  const chunks: ArchiveChunk[] = [];
  async function* numbered(): AsyncGenerator<Chunk, void, undefined> {
    let resumed = performance.now();
    for await (const chunk of readItems(items, config.chunking)) {
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
      ...(config.ffmpegPath === undefined ? {} : { ffmpegPath: config.ffmpegPath }),
    });
    seconds.video = secondsSince(begun);
    if (!result.ok) {
      // The embedding's own failure, if that is what ended the writing, comes first.
      ending.abort();
      if (!outerSignal.aborted && result.failure.kind === 'cancelled') await queue.drain();
      return fail(codecFailure(result.failure, new Map([[video.path, outputPath]])));
    }
    await queue.drain();
    return { written: result.value, chunks, vectors: queue.vectors, seconds };
  } catch (error) {
    ending.abort();
    await queue.drain().catch(() => undefined);
    throw error;
  }
};

const metaOf = ({ source = '', offset = 0, metadata }: ArchiveChunk): { readonly meta?: JsonObject } => {
  const meta: JsonObject = {
    ...(source === '' ? {} : { source }),
    ...(offset === 0 ? {} : { offset }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  return Object.keys(meta).length === 0 ? {} : { meta };
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

const secondsSince = (start: number): number => (performance.now() - start) / 1000;
