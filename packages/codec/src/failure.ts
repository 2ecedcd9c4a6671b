import { describeOsExit, type OsExit } from '@memvisor/supervisor';
import { errorText } from './error-code.js';
import { describeFfmpegMissing, type TriedPlace } from './ffmpeg/tried-place.js';
import { describeFrameFailure, type FrameFailure } from './frames/frame-failure.js';

/** A frame that could not be read, by its position in the video. */
export type UnreadableFrame = { readonly frame: number; readonly failure: FrameFailure };

/**
 * Every way that writing or reading an archive can fail, by `kind`.
 *
 * - `cancelled`: the `signal` fired
 * - `nothing_to_write`: there was no chunk
 * - `chunk_too_large`: one chunk is more than its format can hold
 * - `container_unfit`: the file's extension and the profile do not go together
 * - `ffmpeg_missing`: no ffmpeg that can do it; with every place tried
 * - `ffmpeg_failed`: ffmpeg ended with an error or was killed
 * - `ffmpeg_stalled`: ffmpeg made no progress for `timeoutMs` and was ended
 * - `unwritable`: the output can not be created, written or renamed
 * - `disk_full`: there is no room for the output
 * - `file_missing`, `file_unreadable`: the video can not be opened
 * - `replaced`: another video took the place of the one that was opened, or it was written to
 * - `not_a_video`: the file is there but no video that ffmpeg can read, or cut off before its index
 * - `not_an_archive`: a video without one readable frame of ours
 * - `newer_version`: an archive of a later Memvisor
 * - `truncated`: an archive that ends too early
 * - `no_such_frame`: a frame number beyond the end
 * - `unreadable_frames`: frames that no way of reading could read
 * - `broken_chunk`: a chunk whose parts are not all there
 * - `worker_died`: a worker thread ended in the middle of its work
 */
export type CodecFailure =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'nothing_to_write' }
  | {
      readonly kind: 'chunk_too_large';
      readonly id: number;
      readonly bytes: number;
      readonly limitBytes: number;
    }
  | {
      readonly kind: 'container_unfit';
      readonly path: string;
      readonly profile: string;
      readonly instead: readonly string[];
    }
  | { readonly kind: 'ffmpeg_missing'; readonly need: string; readonly tried: readonly TriedPlace[] }
  | { readonly kind: 'ffmpeg_failed'; readonly exit: OsExit }
  | { readonly kind: 'ffmpeg_stalled'; readonly timeoutMs: number; readonly exit: OsExit }
  | { readonly kind: 'unwritable'; readonly path: string; readonly cause: unknown }
  | { readonly kind: 'disk_full'; readonly path: string }
  | { readonly kind: 'file_missing'; readonly path: string }
  | { readonly kind: 'file_unreadable'; readonly path: string; readonly cause: unknown }
  | { readonly kind: 'replaced'; readonly path: string }
  | { readonly kind: 'not_a_video'; readonly path: string; readonly detail: string }
  | { readonly kind: 'not_an_archive'; readonly path: string; readonly failure: FrameFailure }
  | { readonly kind: 'newer_version'; readonly path: string; readonly version: number }
  | { readonly kind: 'truncated'; readonly path: string; readonly frames: number }
  | { readonly kind: 'no_such_frame'; readonly frame: number; readonly frames: number }
  | { readonly kind: 'unreadable_frames'; readonly frames: readonly UnreadableFrame[] }
  | { readonly kind: 'broken_chunk'; readonly id: number; readonly frame: number }
  | { readonly kind: 'worker_died'; readonly detail: string };

/** A value, or a {@link CodecFailure}. */
export type CodecResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: CodecFailure };

/** One or two sentences for people: what went wrong and what to do about it. */
export const describeFailure = (failure: CodecFailure): string => {
  switch (failure.kind) {
    case 'cancelled':
      return 'it was cancelled';
    case 'nothing_to_write':
      return 'there is nothing to write: no chunk was given';
    case 'chunk_too_large':
      return `chunk ${failure.id} needs ${failure.bytes} bytes, but a frame holds ${failure.limitBytes}. Use smaller chunks or the packed format.`;
    case 'container_unfit':
      return `${failure.path}: the ${failure.profile} profile can not live in such a file. Instead: ${failure.instead.join('; ')}.`;
    case 'ffmpeg_missing':
      return describeFfmpegMissing(failure.need, failure.tried);
    case 'ffmpeg_failed':
      return `ffmpeg ${describeOsExit(failure.exit)}`;
    case 'ffmpeg_stalled':
      return `ffmpeg made no progress for ${failure.timeoutMs / 1000} s and ${describeOsExit(failure.exit)}. Try again; if the machine is that slow, allow more (stallTimeoutMs).`;
    case 'unwritable':
      return `${failure.path} can not be written: ${errorText(failure.cause)}`;
    case 'disk_full':
      return `there is no room left on the disk for ${failure.path}; free some space or write elsewhere`;
    case 'file_missing':
      return `${failure.path}: there is no such file`;
    case 'file_unreadable':
      return `${failure.path} can not be read: ${errorText(failure.cause)}`;
    case 'replaced':
      return `${failure.path} is not the video any more that was opened. Open it again.`;
    case 'not_a_video':
      return `${failure.path} is not a video, or was cut off before it was complete (${failure.detail})`;
    case 'not_an_archive':
      return `${failure.path} is a video, but not an archive: ${describeFrameFailure(failure.failure)}`;
    case 'newer_version':
      return `${failure.path} was written in format version ${failure.version} by a newer Memvisor; update to read it`;
    case 'truncated':
      return `${failure.path} is cut off: after ${failure.frames} frames its end is missing. Recover what is there, or encode it again.`;
    case 'no_such_frame':
      return `there is no frame ${failure.frame}: the video has ${failure.frames}`;
    case 'unreadable_frames':
      return `${failure.frames.length === 1 ? 'one frame is' : `${failure.frames.length} frames are`} unreadable: ${failure.frames
        .slice(0, 3)
        .map(({ frame, failure: reason }) => `frame ${frame}: ${describeFrameFailure(reason)}`)
        .join('; ')}${failure.frames.length > 3 ? '; …' : ''}`;
    case 'broken_chunk':
      return `chunk ${failure.id} at frame ${failure.frame} is not complete`;
    case 'worker_died':
      return `a worker thread died in the middle of its work: ${failure.detail}`;
  }
};
