import { resolve } from 'node:path';
import { type Embedder, openEmbedder } from '@memvisor/embedding';
import type { CheckedConfig } from '../config/config.js';
import { fail, failureOf } from './build-error.js';
import type { Build, BuildContext, BuildJob, BuildStats } from './job.js';
import { makeIndex } from './make-index.js';
import { ProgressMeter } from './progress.js';
import { secondsSince } from './seconds.js';
import { type Staging, stage } from './staging.js';
import { writeAndEmbed } from './write-and-embed.js';

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
