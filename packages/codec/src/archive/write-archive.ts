import type { Chunk } from '../chunk.js';
import { checkCancelled, fail, toResult } from '../codec-error.js';
import type { CodecResult, UnreadableFrame } from '../failure.js';
import type { Ffmpeg } from '../ffmpeg/locate.js';
import { writeVideo } from '../ffmpeg/write-video.js';
import type { JobRunner } from '../pool/jobs.js';
import { withBackgroundRunner } from '../pool/with-runner.js';
import { pipeFormatOf } from '../profiles/profile.js';
import { canvasPx } from '../qr/canvas.js';
import { type Mask, maxPayloadBytes } from '../qr/symbol.js';
import { allPayloads } from './all-payloads.js';
import { checkVideo, isAsDrawn } from './check-video.js';
import { drawFrames } from './draw-frames.js';
import { DrawnTable } from './drawn-table.js';
import { prepareWriting } from './find-ffmpeg.js';
import { FrameTable } from './frame-table.js';
import { createOutputFile, type OutputFile } from './output-file.js';
import type { WriteState } from './payloads.js';
import { Spool } from './spool.js';
import { checkWriteOptions, type WriteArchiveOptions, type WriteSettings } from './write-options.js';
import type { WrittenArchive } from './written-archive.js';

/** Encodings of one video, the first included, before its unreadable frames are a failure. */
const maxAttempts = 3;

/**
 * Writes chunks into a video.
 *
 * Chunks are pulled only as fast as they are encoded, so memory does not grow with their number. The video appears
 * under its name when every frame has been read back; after a failure or a cancellation nothing is left behind.
 *
 * @returns What was written, or a {@link CodecFailure}.
 * @throws {OptionError} As a rejection: for an option or a chunk that can not be used. What the source of the chunks
 * throws comes through as it is.
 * @example
 * const result = await writeArchive([{ id: 0, text: 'All of it comes back.' }], { path: 'memory.mp4' });
 * console.log(result.ok ? result.value.frames : describeFailure(result.failure)); // => 3
 */
export const writeArchive = async (
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  options: WriteArchiveOptions,
): Promise<CodecResult<WrittenArchive>> =>
  toResult(async () => {
    checkCancelled(options.signal);
    checkWriteOptions(options);
    const work = async (runner: JobRunner): Promise<WrittenArchive> => {
      if (options.pool === undefined) wake(runner);
      const { settings, ffmpeg } = await prepareWriting(options);
      const output = await createOutputFile(settings.path);
      try {
        return await write(chunks, settings, options, { ffmpeg, output, runner });
      } finally {
        await output.discard();
      }
    };
    return withBackgroundRunner(options.pool, work);
  });

/** Starts the threads while ffmpeg is looked for: each takes a tenth of a second. */
const wake = (runner: JobRunner): void => {
  for (let thread = 0; thread < runner.size; thread++) runner.run('getReady', undefined).catch(() => {}); // the next job tells
};

type Means = { readonly ffmpeg: Ffmpeg; readonly output: OutputFile; readonly runner: JobRunner };

const write = async (
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  settings: WriteSettings,
  options: WriteArchiveOptions,
  { ffmpeg, output, runner }: Means,
): Promise<WrittenArchive> => {
  const { signal } = options;
  const state: WriteState = {
    archiveId: undefined,
    table: new FrameTable(0),
    frames: 0,
    chunks: 0,
    textBytes: 0,
    parityFrames: 0,
  };
  let drawn = new DrawnTable();
  let drawMs = 0;
  const mayRedo = settings.verify && settings.profile.quantizer !== undefined;
  const capacity = maxPayloadBytes[settings.errorCorrection];
  const spool =
    mayRedo || settings.parity ? await Spool.create(output.spoolPath, capacity, settings.path) : undefined;
  const report = (stage: 'encode' | 'verify', done: number, total: number | undefined, attempt: number) =>
    options.onProgress?.({ stage, done, total, chunks: state.chunks, attempt });

  const encode = async (
    payloads: AsyncIterable<Uint8Array>,
    attempt: number,
    bad: readonly UnreadableFrame[],
  ) => {
    const unreadable = new Set(bad.map(({ frame }) => frame));
    const pictures = drawFrames(payloads, settings, runner, {
      signal,
      maskOf: (frame) => (unreadable.has(frame) ? (attempt as Mask) : 0),
      onDrawn: (frame) => drawn.push(frame),
      onWorked: (milliseconds) => {
        drawMs += milliseconds;
      },
    });
    const plan = {
      profile: settings.profile,
      container: settings.container,
      sizePx: canvasPx(settings.profile.pixelsPerModule),
      frameRate: settings.frameRate,
      outputPath: output.temporaryPath,
      attempt,
    };
    const total = attempt === 0 ? undefined : drawn.length;
    drawn = new DrawnTable();
    await writeVideo(
      everyNth(pictures, 16, (done) => report('encode', done, total, attempt)),
      plan,
      ffmpeg,
      { path: settings.path, signal },
    );
    report('encode', drawn.length, drawn.length, attempt);
  };

  const check = async (attempt: number): Promise<readonly UnreadableFrame[]> => {
    const { frameRate } = settings;
    const video = { path: output.temporaryPath, ffmpeg, frameRate, background: true };
    const checking = {
      signal,
      onChecked: (done: number) => report('verify', done, drawn.length, attempt),
    };
    // Bits are what the codec keeps as they are; grays it changes a little, and only reading tells.
    const pixels = pipeFormatOf(settings.profile);
    if (pixels === 'monob' && (await isAsDrawn(video, drawn, pixels, checking))) return [];
    return checkVideo(video, drawn, runner, checking);
  };

  try {
    let attempt = 0;
    await encode(allPayloads(chunks, settings, options, { runner, state, spool }), attempt, []);
    let bad = settings.verify ? await check(attempt) : [];
    while (bad.length > 0 && spool !== undefined && attempt + 1 < maxAttempts) {
      attempt += 1;
      await encode(spool.payloads(), attempt, bad);
      bad = await check(attempt);
    }
    if (bad.length > 0) fail({ kind: 'unreadable_frames', frames: bad });
    checkCancelled(signal);
    const videoBytes = await output.publish();
    const { table, archiveId, frames, parityFrames, chunks: count, textBytes } = state;
    return {
      path: settings.path,
      archiveId,
      format: settings.format,
      profile: settings.profile.name,
      frames,
      parityFrames,
      chunks: count,
      textBytes,
      videoBytes,
      attempts: attempt + 1,
      drawMs,
      ffmpeg: ffmpeg.program,
      framesOf: (chunkId) => table.framesOf(chunkId),
    };
  } finally {
    await spool?.close();
  }
};

/** Passes values on and tells after every `n`-th how many there were. */
async function* everyNth<Value>(
  source: AsyncIterable<Value>,
  n: number,
  tell: (count: number) => void,
): AsyncGenerator<Value, void, undefined> {
  let count = 0;
  for await (const value of source) {
    yield value;
    count += 1;
    if (count % n === 0) tell(count);
  }
}
