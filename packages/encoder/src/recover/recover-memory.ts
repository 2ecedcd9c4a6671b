import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { CodecError, describeFailure, recoverArchive, type UnreadableFrame } from '@memvisor/codec';
import type { AnyPid } from '@memvisor/supervisor';
import { fail, failureOf } from '../build/build-error.js';
import { type BuildProgress, ProgressMeter } from '../build/progress.js';
import { type PlacedChunk, placedChunk } from '../chunking/chunk-meta.js';
import type { EncoderConfig } from '../config/config.js';
import type { EncoderResult } from '../failure.js';
import { describedBuild } from './described-build.js';
import { type Cleaning, openIndexFeed } from './index-of-video.js';

/** How a memory is recovered. */
export type RecoverMemoryOptions = {
  /** Where the index goes; `null` makes none, and needs no model. @defaultValue the video's path with the extension `.mvx` */
  readonly indexPath?: string | null;
  /**
   * What embeds the texts. @defaultValue the model that the video names, if that is the default one or one that was
   * downloaded before: on a file's word nothing is fetched, and no folder read
   */
  readonly embedding?: EncoderConfig['embedding'];
  /** The ffmpeg to use. @defaultValue the first that can */
  readonly ffmpegPath?: string | undefined;
  /** Told each chunk in order; waited for. */
  readonly onChunk?: (chunk: PlacedChunk) => void | Promise<void>;
  /** Told of the stages `verify` (frames read), `embed` and `index`. */
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Ends the work: `cancelled`, and nothing is left. */
  readonly signal?: AbortSignal;
  /** The process that the index's process ends with. @defaultValue none */
  readonly owner?: AnyPid;
};

/** What came out of a video. */
export type RecoveredMemory = {
  /** `undefined` where none was wanted. */
  readonly index:
    | {
        readonly path: string;
        readonly bytes: number;
        readonly model: string;
        /** Whether this model is, bit by bit, what the archive was built with; else a search may rank otherwise than before. */
        readonly isSameModel: boolean;
      }
    | undefined;
  /** Frames of the video. */
  readonly frames: number;
  readonly chunks: number;
  /** Frames that could not be read. */
  readonly unreadable: readonly UnreadableFrame[];
  /** Chunks that the archive had and that did not come out; `undefined` where its end is lost and nobody knows. */
  readonly missingChunks: number | undefined;
  /** Whether the archive's end is there. */
  readonly isComplete: boolean;
  /** Why reading ended early; `undefined` where it did not. */
  readonly stoppedBy: string | undefined;
};

/**
 * Makes the index of a video anew, from the video and nothing else, and gives all its texts. What can't be read is told, and
 * the rest recovered. Memory does not grow with the archive, but for some 20 bytes a chunk.
 *
 * @returns What came out, or why nothing did: then nothing was written.
 * @throws {OptionError} For a wrong `embedding`. What `onChunk` throws comes through.
 * @example
 * const recovered = await recoverMemory('memory.mp4');
 * console.log(recovered.ok ? recovered.value.chunks : describeEncoderFailure(recovered.failure));
 */
export const recoverMemory = async (
  video: string,
  options: RecoverMemoryOptions = {},
): Promise<EncoderResult<RecoveredMemory>> => {
  const signal = options.signal ?? new AbortController().signal;
  const cleaning: Cleaning = [];
  try {
    return { ok: true, value: await recover(video, options, signal, cleaning) };
  } catch (error) {
    const failure = failureOf(error, signal);
    if (failure === undefined) throw error;
    return { ok: false, failure };
  } finally {
    for (const clean of cleaning.reverse()) await clean();
  }
};

const recover = async (
  video: string,
  options: RecoverMemoryOptions,
  outerSignal: AbortSignal,
  cleaning: Cleaning,
): Promise<RecoveredMemory> => {
  const { indexPath = `${video.replace(/\.[^./\\]+$/, '')}.mvx`, ffmpegPath, onChunk } = options;
  if (indexPath !== null && resolve(indexPath) === resolve(video)) fail({ kind: 'same_path', path: video });
  const ending = new AbortController();
  const signal = AbortSignal.any([outerSignal, ending.signal]);
  setMaxListeners(Number.POSITIVE_INFINITY, signal);
  const described = await describedBuild(video, { ffmpegPath, signal });
  const meter = new ProgressMeter(options.onProgress ?? (() => undefined));
  let feedFailure: { readonly error: unknown } | undefined;
  const index =
    indexPath === null
      ? undefined
      : await openIndexFeed(indexPath, described, options, {
          signal,
          cleaning,
          meter,
          onFailed: (error) => {
            if (!signal.aborted) feedFailure = { error };
            ending.abort();
          },
        });
  const frames: number[] = [];
  meter.begin('verify', undefined);
  try {
    const recovered = await recoverArchive(video, {
      ffmpegPath,
      signal,
      onProgress: ({ done, total }) => meter.count('verify', done, total),
      onChunk: async ({ chunk, frames: places }) => {
        const placed = placedChunk(chunk);
        await onChunk?.(placed);
        frames.push(places[0] ?? 0);
        await index?.feed.add(chunk.id, placed);
      },
    });
    if (!recovered.ok) throw new CodecError(recovered.failure);
    await index?.feed.drain();
    const { info, chunks, unreadable, missingChunks, stoppedBy } = recovered.value;
    const bytes = await index?.finish(info.archiveId ?? '', Uint32Array.from(frames));
    return {
      index:
        index === undefined || bytes === undefined
          ? undefined
          : { path: index.path, bytes, model: index.model, isSameModel: index.isSameModel },
      frames: info.frames,
      chunks,
      unreadable,
      missingChunks,
      isComplete: info.complete,
      stoppedBy: stoppedBy === undefined ? undefined : describeFailure(stoppedBy),
    };
  } catch (error) {
    ending.abort();
    await index?.feed.drain().catch(() => undefined);
    throw feedFailure === undefined ? error : feedFailure.error;
  }
};
