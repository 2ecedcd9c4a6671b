import { OptionError } from '@memvisor/supervisor';
import { groupsOf } from '../archive/batches.js';
import { checkVideo } from '../archive/check-video.js';
import { mapInOrder } from '../archive/map-in-order.js';
import { createOutputFile } from '../archive/output-file.js';
import { fitContainer } from '../archive/write-options.js';
import { checkCancelled, fail, toResult } from '../codec-error.js';
import type { CodecResult } from '../failure.js';
import { locateFfmpeg } from '../ffmpeg/locate.js';
import { writeVideo } from '../ffmpeg/write-video.js';
import type { DrawnFrame, JobRunner } from '../pool/jobs.js';
import { withRunner } from '../pool/with-runner.js';
import { muxers } from '../profiles/container.js';
import { trialOf } from '../profiles/encode-arguments.js';
import type { Profile } from '../profiles/profile.js';
import { profiles } from '../profiles/profiles.js';
import { memvidFramePx } from '../qr/canvas.js';

/** How a video for memvid v1 is written. */
export type WriteMemvidOptions = {
  /** The video to write: .mp4, .mkv or .mov. An existing file is replaced, once the new one is complete. */
  readonly path: string;
  /** Threads to work in. @defaultValue a pool of its own, stopped at the end */
  readonly pool?: JobRunner;
  /** The ffmpeg to use. @defaultValue the first one found that encodes H.264 */
  readonly ffmpegPath?: string | undefined;
  /** Stops the work: `cancelled`. */
  readonly signal?: AbortSignal;
  /** Told after each batch of frames, first as they are encoded, then as they are read back. Must not throw. */
  readonly onProgress?: (progress: {
    readonly stage: 'encode' | 'verify';
    readonly done: number;
    readonly total: number;
  }) => void;
};

/** A video for memvid v1 as written. */
export type MemvidVideo = {
  readonly path: string;
  /** One for each text. */
  readonly frames: number;
  readonly videoBytes: number;
  /** Width and height of a frame in pixels: 512. */
  readonly framePx: number;
};

/** At this quantizer OpenCV still reads every frame, and so it does at 44. */
const profile: Profile = {
  ...profiles.robust,
  pixelsPerModule: 4,
  quantizer: { value: 36, saferBy: 6 },
};
const frameRate = 30;
const textsPerJob = 8;

/** Cuts texts so that each piece fits a frame of {@link writeMemvidVideo}: one piece a text, most often. */
export const splitForMemvid = async (
  texts: readonly string[],
  options: Pick<WriteMemvidOptions, 'pool' | 'signal'> = {},
): Promise<CodecResult<readonly (readonly string[])[]>> =>
  toResult(() =>
    withRunner(options.pool, async (runner) => {
      const pieces: (readonly string[])[] = [];
      const { signal } = options;
      const split = mapInOrder(groupsOf(texts, 256), runner.size, (group) =>
        runner.run('splitTexts', { texts: group }, { signal }),
      );
      for await (const group of split) pieces.push(...group);
      checkCancelled(signal);
      return pieces;
    }),
  );

/**
 * Writes texts into a video that memvid v1's own reader reads with OpenCV's detector: one JSON frame a text, numbered
 * from 0, in H.264 at 512 × 512 pixels, every one a key frame and read back before the file appears.
 *
 * A text must fit a frame (1,091 bytes as memvid compresses it, some 1,400 characters of English);
 * {@link splitForMemvid} cuts those that don't.
 *
 * @returns What was written, or a {@link CodecFailure}; `chunk_too_large` names the text by its place.
 * @throws {OptionError} As a rejection, when `path` is no path.
 * @example
 * const pieces = await splitForMemvid(texts);
 * if (pieces.ok) await writeMemvidVideo(pieces.value.flat(), { path: 'memory.mp4' });
 */
export const writeMemvidVideo = async (
  texts: readonly string[],
  options: WriteMemvidOptions,
): Promise<CodecResult<MemvidVideo>> =>
  toResult(async () => {
    const { path, signal } = options;
    if (typeof path !== 'string' || path === '')
      throw new OptionError('path', path, 'the path of the video to write');
    checkCancelled(signal);
    if (texts.length === 0) fail({ kind: 'nothing_to_write' });
    const container = fitContainer(path, profile);
    const ffmpeg = await locateFfmpeg(
      {
        purpose: `encode H.264 into .${container} files`,
        encoder: profile.encoder,
        encoderOption: undefined,
        muxer: muxers[container].name,
        trial: trialOf(profile, container),
      },
      options,
    );
    const output = await createOutputFile(path);
    try {
      return await withRunner(options.pool, async (runner) => {
        const drawn: DrawnFrame[] = [];
        const total = texts.length;
        const report = (stage: 'encode' | 'verify', done: number) =>
          options.onProgress?.({ stage, done, total });
        const outputPath = output.temporaryPath;
        const plan = { profile, container, sizePx: memvidFramePx, frameRate, outputPath, attempt: 0 };
        const pictures = draw(texts, runner, signal, (frames) => {
          drawn.push(...frames);
          report('encode', drawn.length);
        });
        await writeVideo(pictures, plan, ffmpeg, { path, signal });
        const bad = await checkVideo({ path: outputPath, ffmpeg, frameRate }, drawn, runner, {
          signal,
          onChecked: (done) => report('verify', done),
        });
        if (bad.length > 0) fail({ kind: 'unreadable_frames', frames: bad });
        checkCancelled(signal);
        const videoBytes = await output.publish();
        return { path, frames: total, videoBytes, framePx: memvidFramePx };
      });
    } finally {
      await output.discard();
    }
  });

async function* draw(
  texts: readonly string[],
  runner: JobRunner,
  signal: AbortSignal | undefined,
  onDrawn: (frames: readonly DrawnFrame[]) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let first = 0;
  const batches = mapInOrder(groupsOf(texts, textsPerJob), runner.size, async (group) => {
    const from = first;
    first += group.length;
    return { from, frames: await runner.run('drawMemvidFrames', { texts: group, first: from }, { signal }) };
  });
  const pixels = memvidFramePx * memvidFramePx;
  for await (const { from, frames } of batches) {
    if (!frames.ok) {
      const { at, bytes, limitBytes } = frames;
      return fail({ kind: 'chunk_too_large', id: from + at, bytes, limitBytes });
    }
    for (let at = 0; at < frames.drawn.length; at++)
      yield frames.gray.subarray(at * pixels, (at + 1) * pixels);
    onDrawn(frames.drawn);
  }
}
