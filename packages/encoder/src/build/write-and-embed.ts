import { setMaxListeners } from 'node:events';
import { type Chunk, type JsonObject, type WrittenArchive, writeArchive } from '@memvisor/codec';
import type { Embedder } from '@memvisor/embedding';
import type { IndexWriter } from '@memvisor/search-index';
import { metaOf } from '../chunking/chunk-meta.js';
import { type CheckedConfig, correctionOf } from '../config/config.js';
import { codecFailure, fail } from './build-error.js';
import { estimateTotal, textBytesOf } from './estimate-total.js';
import { IndexFeed } from './index-feed.js';
import type { BuildJob, BuildStats } from './job.js';
import type { ProgressMeter } from './progress.js';
import { ReadAhead } from './read-ahead.js';
import { readItems } from './read-items.js';
import { secondsSince } from './seconds.js';
import type { Staging } from './staging.js';
import { TextMeter, type TextSizes } from './text-sizes.js';

/** Code units of text that are read before the video has room for them: some seconds of work for an embedder. */
const mostAhead = 512 * 1024;
/** What a chunk takes beside its text, so that very many of a word each are not read ahead either. */
const besideText = 128;

/** A video whose chunks are in the index, which lacks only their frames. */
export type Written = {
  readonly written: WrittenArchive;
  readonly text: TextSizes;
  readonly seconds: Pick<BuildStats['seconds'], 'chunk' | 'embed' | 'qr' | 'video'>;
};

/**
 * Reads, embeds, indexes and encodes at the same time: whichever is slowest holds up the reading. The first failure of any
 * of them ends all.
 */
export const writeAndEmbed = async (
  { items, chunkCount, config, indexName, outputPath, indexPath }: BuildJob,
  video: Staging,
  { embedder, writer }: { readonly embedder: Embedder; readonly writer: Promise<IndexWriter> },
  outerSignal: AbortSignal,
  meter: ProgressMeter,
): Promise<Written> => {
  const ending = new AbortController();
  const signal = AbortSignal.any([outerSignal, ending.signal]);
  setMaxListeners(Number.POSITIVE_INFINITY, signal); // one for each request to the embedder that is under way, whoever's it is
  const begun = performance.now();
  const seconds = { chunk: 0, embed: 0, qr: 0, video: 0 };
  const isKnown = items.every(({ type }) => type === 'chunks');
  let total = isKnown ? chunkCount : undefined;
  const allBytes = isKnown ? undefined : textBytesOf(items);
  let feedFailure: { readonly error: unknown } | undefined;
  const feed = new IndexFeed({
    embedder,
    writer,
    target: indexPath,
    batchSize: config.embedding.batchSize,
    windows: config.index.windows,
    signal,
    onEmbedded: (done) => {
      seconds.embed = secondsSince(begun);
      meter.count('embed', done, total);
    },
    // The last of it is the finishing, which comes when the frames are known.
    onIndexed: (done) => {
      if (done !== total) meter.count('index', done, total);
    },
    onFailed: (error) => {
      if (!signal.aborted) feedFailure = { error };
      ending.abort();
    },
  });
  for (const stage of ['chunk', 'embed', 'index'] as const) meter.begin(stage, total);
  meter.begin('encode', undefined);
  const textMeter = new TextMeter();
  let text: TextSizes | undefined;
  async function* numbered(): AsyncGenerator<Chunk, void, undefined> {
    let count = 0;
    let resumed = performance.now();
    for await (const chunk of readItems(items, config.chunking, signal)) {
      seconds.chunk += secondsSince(resumed);
      const id = count++;
      const behind = textMeter.add(chunk);
      if (behind !== undefined) await behind;
      if (allBytes !== undefined) total = estimateTotal(count, textMeter.bytesSoFar, allBytes);
      meter.count('chunk', count, total);
      await feed.add(id, chunk);
      yield { id, text: chunk.text, ...metaOf(chunk) };
      resumed = performance.now();
    }
    seconds.chunk += secondsSince(resumed);
    text = await textMeter.finish();
    total = count;
    meter.count('chunk', total, total);
  }

  // Embedding begins while ffmpeg is looked for, and goes on while frames are packed.
  const chunks = new ReadAhead(numbered(), mostAhead, ({ text }) => text.length + besideText);
  try {
    const errorCorrection = correctionOf(config);
    const result = await writeArchive(chunks, {
      path: video.path,
      profile: config.codec,
      format: config.format,
      metadata: describeArchive(indexName, embedder, config),
      finalMetadata: () => (text === undefined ? {} : { text }),
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
    await feed.drain();
    if (text === undefined) throw new Error('the video was complete before the text was');
    return { written: result.value, text, seconds };
  } catch (error) {
    ending.abort();
    await chunks.close();
    await feed.drain().catch(() => undefined);
    // The writing may have ended because the embedding had failed: that is what to tell.
    throw feedFailure === undefined ? error : feedFailure.error;
  } finally {
    textMeter.close();
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
  index: {
    vectorSearchSpace: index.vectorSearchSpace,
    storage: index.storage,
    reduceTo: index.reduceTo,
    windows: index.windows,
  },
});
