import { CodecError, checkCancelled, fail } from '../codec-error.js';
import type { VideoSource } from '../ffmpeg/read-video.js';
import type { JobRunner } from '../pool/jobs.js';
import type { ArchiveInfo } from './documents.js';
import { headOf } from './find-ends.js';
import { lookAtStart } from './first-look.js';

/**
 * Fails where frames may be those of another video that took the place of the opened one: frames do not say which archive they
 * belong to, and one with the same number would pass for the one that was asked for.
 *
 * @param isByPath whether some were read from whatever has the file's name now, not from the open file
 */
export const checkStill = async (
  video: VideoSource,
  { path, archiveId, frames }: ArchiveInfo,
  isByPath: boolean,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const { file } = video;
  if (file === undefined) return;
  const { state, stats } = await file.now();
  if (state === 'same' || (state === 'elsewhere' && !isByPath)) return;
  // Touched, or written anew with what was in it: then it goes on.
  const found = await archiveIdAt(video, frames, runner, signal);
  checkCancelled(signal);
  if (found === undefined || found !== archiveId) fail({ kind: 'replaced', path });
  file.accept(stats);
};

/** The archive that is there now; `undefined` where there is none that says so. */
const archiveIdAt = async (
  video: VideoSource,
  frames: number,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<string | undefined> => {
  try {
    const { contents } = await lookAtStart(video, runner, signal);
    return (await headOf(contents, video, frames, runner, signal))?.archiveId;
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
};
