import type { Chunk } from '../chunk.js';
import { CodecError, checkCancelled, toResult } from '../codec-error.js';
import type { CodecFailure, CodecResult, UnreadableFrame } from '../failure.js';
import { withRunner } from '../pool/with-runner.js';
import type { ArchiveInfo } from './documents.js';
import { type OpenArchiveOptions, openArchive } from './open-archive.js';

/** A chunk as recovered, and where it was. */
export type RecoveredChunk = {
  readonly chunk: Chunk;
  /** The frames that hold it: one, or several for a chunk larger than a frame. */
  readonly frames: readonly number[];
};

/** How an archive is recovered. */
export type RecoverArchiveOptions = Pick<
  OpenArchiveOptions,
  'pool' | 'ffmpegPath' | 'stallTimeoutMs' | 'signal'
> & {
  /** Told each chunk, in order: what is needed to write the texts, or to build an index anew. Waited for. */
  readonly onChunk?: (recovered: RecoveredChunk) => void | Promise<void>;
  /** Told after each frame. Must not throw. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
};

/** What could be had from a video alone. */
export type RecoveryReport = {
  /** As for any archive. `complete` is `false` where the end is lost, and then `metadata` is what the head says. */
  readonly info: ArchiveInfo;
  /** Chunks that came out. */
  readonly chunks: number;
  /** Frames that could not be read. */
  readonly unreadable: readonly UnreadableFrame[];
  /** Frames that could not be read but were computed from the parity frames. */
  readonly restored: readonly UnreadableFrame[];
  /** Chunks that the archive says it had but that did not come out; `undefined` where its end is lost and nobody knows. */
  readonly missingChunks: number | undefined;
  /** Why reading ended before the end of the file; `undefined` where it did not. */
  readonly stoppedBy: CodecFailure | undefined;
};

/**
 * Gets everything out of a video that is in it, with nothing else at hand: every chunk with its metadata and
 * its frames, and the archive's metadata. A damaged or truncated video gives what is left of it. A Matroska file can
 * be cut anywhere; an MP4 whose index is lost is `not_a_video`.
 *
 * @returns What came out, or a {@link CodecFailure} where nothing could be read. What `onChunk` throws comes through.
 * @example
 * const texts = new Map<number, string>();
 * const recovered = await recoverArchive('memory.mkv', {
 *   onChunk: ({ chunk }) => void texts.set(chunk.id, chunk.text),
 * });
 * if (recovered.ok) console.log(`${texts.size} chunks, ${recovered.value.unreadable.length} frames lost`);
 */
export const recoverArchive = async (
  path: string,
  options: RecoverArchiveOptions = {},
): Promise<CodecResult<RecoveryReport>> =>
  toResult(() =>
    withRunner(options.pool, async (runner) => {
      const { onChunk, onProgress, pool: _pool, ...reading } = options;
      const opened = await openArchive(path, { ...reading, pool: runner, allowTruncated: true, decoders: 0 });
      if (!opened.ok) throw new CodecError(opened.failure);
      const archive = opened.value;
      const { info } = archive;
      const unreadable: UnreadableFrame[] = [];
      const restored: UnreadableFrame[] = [];
      let frames = 0;
      let chunks = 0;
      let stoppedBy: CodecFailure | undefined;
      try {
        for await (const read of archive.readAllFrames(options)) {
          frames += 1;
          if (!read.ok) unreadable.push({ frame: read.frame, failure: read.failure });
          else {
            if (read.restored !== undefined) restored.push({ frame: read.frame, failure: read.restored });
            for (const chunk of read.chunks) {
              chunks += 1;
              const known = archive.framesOf(chunk.id);
              await onChunk?.({ chunk, frames: known.length > 0 ? known : (read.parts ?? [read.frame]) });
            }
          }
          onProgress?.({ done: frames, total: info.frames });
        }
      } catch (error) {
        if (!(error instanceof CodecError) || error.failure.kind === 'cancelled') throw error;
        stoppedBy = error.failure;
      }
      checkCancelled(options.signal);
      for (let frame = frames; frame < info.frames; frame++)
        unreadable.push({ frame, failure: { kind: 'no_symbol' } });
      return {
        info,
        chunks,
        unreadable,
        restored,
        missingChunks: info.chunks === undefined ? undefined : Math.max(0, info.chunks - chunks),
        stoppedBy,
      };
    }),
  );
