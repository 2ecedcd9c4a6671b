import { fail } from '../codec-error.js';
import { readVideo, type VideoFrame, type VideoSource } from '../ffmpeg/read-video.js';
import type { FrameContent } from '../frames/frame-content.js';
import type { FrameFailure, FrameResult } from '../frames/frame-failure.js';
import type { JobRunner } from '../pool/jobs.js';
import { readSome } from './read-frames.js';

/** Frames at the start, and at the end, that are looked at before a video is called no archive. */
const firstLook = 4;

/** What the first frames of a video showed. */
export type Start = { readonly first: VideoFrame; readonly contents: readonly FrameResult<FrameContent>[] };

/** Reads the first frames, up to one that is ours. */
export const lookAtStart = async (
  video: VideoSource,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<Start> => {
  let first: VideoFrame | undefined;
  const contents: FrameResult<FrameContent>[] = [];
  for await (const frame of readVideo(video, { first: 0, count: firstLook }, signal)) {
    first ??= frame;
    const results = await runner.run('readPictures', { ...frame.picture, count: 1 }, { signal });
    contents.push(...results);
    if (results.some(({ ok }) => ok)) break;
  }
  if (first === undefined)
    return fail({ kind: 'not_a_video', path: video.path, detail: 'it has no picture' });
  return { first, contents };
};

/** Where the first frames are lost, the last ones tell whether it is an archive; fails if none of them is ours. */
export const lookAtEnd = async (
  path: string,
  { first, contents }: Start,
  video: VideoSource,
  frames: number,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const last = Array.from({ length: firstLook }, (_, at) => frames - 1 - at).filter(
    (frame) => frame >= firstLook,
  );
  const ends = await readSome({ ...video, frameRate: first.frameRate }, last, runner, signal);
  if (ends.some(({ result }) => result.ok || result.failure.kind === 'misplaced')) return;
  const failures = contents.flatMap((content) => (content.ok ? [] : [content.failure]));
  for (const failure of failures)
    if (failure.kind === 'newer_version') fail({ kind: 'newer_version', path, version: failure.version });
  const failure: FrameFailure = failures[0] ?? { kind: 'no_symbol' };
  fail({ kind: 'not_an_archive', path, failure });
};
