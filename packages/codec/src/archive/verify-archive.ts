import type { Chunk } from '../chunk.js';
import { CodecError, checkCancelled, toResult } from '../codec-error.js';
import type { CodecResult, UnreadableFrame } from '../failure.js';
import { withRunner } from '../pool/with-runner.js';
import type { ArchiveInfo } from './documents.js';
import { type OpenArchiveOptions, openArchive } from './open-archive.js';

/** How an archive is verified. */
export type VerifyArchiveOptions = Omit<OpenArchiveOptions, 'allowTruncated' | 'decoders' | 'owner'> & {
  /**
   * With how many decoders it is opened; all frames are then read in a row, without any. `0`: as for `openArchive`.
   * @defaultValue `1`
   */
  readonly decoders?: number;
  /** Told after each frame. Must not throw. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Told each chunk, in order, for instance to compare it with an index. Waited for. Must not throw. */
  readonly onChunk?: (chunk: Chunk, frame: number) => void | Promise<void>;
};

/** What a look at every frame found. All is well when `unreadable` and `missingChunks` are empty. */
export type VerifyReport = {
  readonly info: ArchiveInfo;
  /** Frames in the video. */
  readonly frames: number;
  /** Frames that could be read, checksum and all, or were restored. */
  readonly readable: number;
  /** Frames that could not be read but were computed from the parity frames: nothing is lost, but write it anew soon. */
  readonly restored: readonly UnreadableFrame[];
  /** Chunks that came out. */
  readonly chunks: number;
  readonly unreadable: readonly UnreadableFrame[];
  /** Chunks that the archive says it has but that did not come out; `0` where it does not say. */
  readonly missingChunks: number;
};

/**
 * Reads every frame and every chunk of an archive. An archive whose end is lost is read as far as it goes: its
 * `info.complete` is `false`.
 *
 * @returns The report, or a {@link CodecFailure} where there is nothing to report on.
 * @example
 * const verified = await verifyArchive('memory.mp4');
 * if (verified.ok) console.log(`${verified.value.readable} of ${verified.value.frames} frames readable`);
 */
export const verifyArchive = async (
  path: string,
  options: VerifyArchiveOptions = {},
): Promise<CodecResult<VerifyReport>> =>
  toResult(() =>
    withRunner(options.pool, async (runner) => {
      const opened = await openArchive(path, {
        decoders: 1,
        ...options,
        pool: runner,
        allowTruncated: true,
      });
      if (!opened.ok) throw new CodecError(opened.failure);
      // All frames are read in a row, without a decoder for single ones.
      await opened.value.close();
      const { info } = opened.value;
      const unreadable: UnreadableFrame[] = [];
      const restored: UnreadableFrame[] = [];
      let frames = 0;
      let chunks = 0;
      for await (const read of opened.value.readAllFrames(options)) {
        frames += 1;
        if (!read.ok) unreadable.push({ frame: read.frame, failure: read.failure });
        else {
          if (read.restored !== undefined) restored.push({ frame: read.frame, failure: read.restored });
          for (const chunk of read.chunks) {
            chunks += 1;
            await options.onChunk?.(chunk, read.frame);
          }
        }
        options.onProgress?.({ done: frames, total: info.frames });
      }
      checkCancelled(options.signal);
      const missingChunks = Math.max(0, (info.chunks ?? chunks) - chunks);
      return {
        info,
        frames,
        readable: frames - unreadable.length,
        restored,
        chunks,
        unreadable,
        missingChunks,
      };
    }),
  );
