import { resolve } from 'node:path';
import { fail, failureOf } from './build-error.js';
import { embedderFor } from './embedder-for.js';
import type { Build, BuildContext, BuildJob, BuildStats } from './job.js';
import { finishIndex, firstFrames, openIndex } from './open-index.js';
import { ProgressMeter } from './progress.js';
import { secondsSince } from './seconds.js';
import { type Staging, stage } from './staging.js';
import { writeAndEmbed } from './write-and-embed.js';

/**
 * Builds the video and its index. Texts are read, embedded, indexed and encoded at the same time, and nothing is kept that
 * grows with them but some 20 bytes a chunk. Both files appear at the end: the video first, from which the index could be
 * made again.
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
  const target = indexPath;
  const indexJob = { path: index.path, target, embedder, settings: config.index };
  const writer = openIndex(indexJob, signal, owner);
  // That it did not start is the feed's failure to tell.
  cleaning.push(async () => (await writer.catch(() => undefined))?.stop());
  const meter = new ProgressMeter(report);

  const means = { embedder, writer };
  const { written, text, seconds } = await writeAndEmbed(job, video, means, signal, meter);
  const finishing = performance.now();
  const frames = await firstFrames(written.chunks, written.framesOf);
  const saved = await finishIndex(await writer, indexJob, written.archiveId ?? '', frames);
  meter.count('index', written.chunks, written.chunks);
  signal.throwIfAborted();
  await video.publish();
  await index.publish();
  const { videoBytes } = written;
  return {
    indexName: job.indexName,
    outputPath,
    indexPath,
    totalChunks: written.chunks,
    totalFrames: written.frames,
    textBytes: written.textBytes,
    videoBytes,
    indexBytes: saved.bytes,
    sizes: { text, videoBytes, index: { bytes: saved.bytes, parts: saved.parts } },
    archiveId: written.archiveId,
    model: embedder.model.name,
    seconds: { ...seconds, index: secondsSince(finishing), total: secondsSince(begun) },
  };
};
