import type { Chunk } from '../chunk.js';
import { checkCancelled, fail, toResult } from '../codec-error.js';
import type { CodecResult } from '../failure.js';
import type { VideoSource } from '../ffmpeg/read-video.js';
import type { FrameFailure } from '../frames/frame-failure.js';
import type { JobRunner } from '../pool/jobs.js';
import type { WarmPictures } from '../warm/warm-pictures.js';
import { checkStill } from './check-still.js';
import type { ArchiveInfo } from './documents.js';
import type { FrameTable } from './frame-table.js';
import { joinParts, lostPart, PartJoiner } from './join-parts.js';
import { placeFrames, putBack, withRestored } from './place-frames.js';
import { type ReadFrame, readAll, readAnywhere, readNear } from './read-frames.js';
import type { Restorer } from './restorer.js';

/** A frame as read: the chunks that it holds, or why it can not be read. */
export type ArchiveFrame =
  | {
      readonly ok: true;
      readonly frame: number;
      readonly chunks: readonly Chunk[];
      /** Where the frame ends a chunk larger than one, read in order: all the frames of that chunk. */
      readonly parts?: readonly number[];
      /** Why it could not be read itself, where its content was computed from the archive's parity frames. */
      readonly restored?: FrameFailure;
    }
  | { readonly ok: false; readonly frame: number; readonly failure: FrameFailure };

/**
 * An archive that is open for reading. Once single frames were asked for it holds the file and decoders that keep
 * running: close it when it is done with, or give it an owner.
 */
export type Archive = {
  readonly info: ArchiveInfo;
  /**
   * The frames that hold a chunk, by the archive's own table: one, or several for a chunk that is larger than a frame.
   * Empty for a chunk that is not there, and always for `json`, whose table is in the index beside it.
   */
  framesOf(chunkId: number): readonly number[];
  /**
   * Reads frames by number, in any order; the answer is in the order asked for. A frame that holds a part of a large
   * chunk gives the whole chunk; head and tail give no chunks.
   */
  readFrames(frames: readonly number[], options?: ReadOptions): Promise<CodecResult<readonly ArchiveFrame[]>>;
  /** Reads chunks by id, in the order asked for; those that the archive does not have are left out. `packed` only. */
  readChunks(ids: readonly number[], options?: ReadOptions): Promise<CodecResult<readonly Chunk[]>>;
  /**
   * Reads every frame in order; memory does not grow with their number. A chunk larger than a frame comes with the
   * last of its frames.
   * @throws {CodecError} in the loop, when the video can not be read any further
   */
  readAllFrames(options?: ReadOptions): AsyncIterable<ArchiveFrame>;
  /**
   * Ends the decoders and closes the file. Reading stays possible, by a new ffmpeg for each group of frames. Safe to
   * call twice. An archive that is not closed keeps Node alive for up to 10 s after its last frame.
   */
  close(): Promise<void>;
};

/** How frames are read. */
export type ReadOptions = {
  /** Stops the reading: `cancelled`. */
  readonly signal?: AbortSignal;
};

export const createArchive = (
  info: ArchiveInfo,
  video: VideoSource,
  table: FrameTable | undefined,
  runner: JobRunner,
  warm: WarmPictures,
  restorer: Restorer | undefined,
): Archive => {
  const framesOf = (chunkId: number): readonly number[] => table?.framesOf(chunkId) ?? [];

  const read = async (
    frames: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<ArchiveFrame[]> => {
    for (const frame of frames)
      if (!Number.isInteger(frame) || frame < 0 || frame >= info.frames)
        fail({ kind: 'no_such_frame', frame, frames: info.frames });
    const found = new Map<number, ReadFrame>();
    const fetch = async (numbers: Iterable<number>) => {
      const missing = [...new Set(numbers)].filter((frame) => !found.has(frame));
      for (const frame of await readNear(video, missing, runner, signal, warm)) found.set(frame.frame, frame);
    };
    const restore = async () => {
      const lost = [...found.values()].filter(({ result }) => !result.ok);
      if (restorer === undefined || lost.length === 0) return;
      const restored = await restorer.restored(signal);
      for (const read of lost) found.set(read.frame, withRestored(read, restored));
      const elsewhere = lost.filter(({ frame }) => !restored.has(frame)).map(({ frame }) => frame);
      for (const read of await readAnywhere(video, elsewhere, runner, signal)) found.set(read.frame, read);
    };
    await fetch(frames);
    for (const frame of frames) if (!found.has(frame)) found.set(frame, lostFrame(frame));
    await restore();
    await fetch(frames.flatMap((frame) => partnersOf(found.get(frame), framesOf)));
    await restore();
    const isByPath = [...found.values()].some(({ isOfOpenFile }) => isOfOpenFile !== true);
    await checkStill(video, info, isByPath, runner, signal);
    checkCancelled(signal);
    return frames.map((frame) => toArchiveFrame(frame, found, framesOf));
  };

  return {
    info,
    framesOf,
    readFrames: (frames, { signal } = {}) => toResult(() => read(frames, signal)),
    readChunks: (ids, { signal } = {}) =>
      toResult(async () => {
        const wanted = new Map(ids.map((id) => [id, framesOf(id)[0]]));
        const numbers = [...new Set([...wanted.values()].filter((frame) => frame !== undefined))];
        const chunks = new Map<number, Chunk>();
        for (const frame of await read(numbers, signal)) {
          if (!frame.ok) return fail({ kind: 'unreadable_frames', frames: [frame] });
          for (const chunk of frame.chunks) chunks.set(chunk.id, chunk);
        }
        return ids.flatMap((id) => chunks.get(id) ?? []);
      }),
    readAllFrames: ({ signal } = {}) => {
      const placed = placeFrames(readAll(video, runner, signal), info.frames);
      return joinParts(restorer === undefined ? placed : putBack(placed, () => restorer.restored(signal)));
    },
    close: () => warm.close(),
  };
};

/** The other frames of a chunk that one frame can not hold. */
const partnersOf = (
  read: ReadFrame | undefined,
  framesOf: (id: number) => readonly number[],
): readonly number[] =>
  read?.result.ok === true && read.result.value.kind === 'piece' ? framesOf(read.result.value.chunkId) : [];

const toArchiveFrame = (
  frame: number,
  found: ReadonlyMap<number, ReadFrame>,
  framesOf: (id: number) => readonly number[],
): ArchiveFrame => {
  const result = found.get(frame)?.result ?? { ok: false, failure: { kind: 'no_symbol' } };
  if (!result.ok) return { ok: false, frame, failure: result.failure };
  const content = result.value;
  const restored = found.get(frame)?.restored;
  const how = restored === undefined ? {} : { restored };
  if (content.kind === 'chunks') return { ok: true, frame, chunks: content.chunks, ...how };
  if (content.kind !== 'piece') return { ok: true, frame, chunks: [], ...how };
  // Every frame of a large chunk gives the whole of it, whichever was asked for.
  const joiner = new PartJoiner();
  let whole: ArchiveFrame | undefined;
  for (const number of framesOf(content.chunkId)) {
    const part = found.get(number);
    whole = part === undefined ? undefined : joiner.next(part);
    if (whole?.ok !== true) break;
  }
  if (whole?.ok === true && whole.chunks.length === 1)
    return { ok: true, frame, chunks: whole.chunks, ...how };
  return { ok: false, frame, failure: whole?.ok === false ? whole.failure : lostPart };
};

const lostFrame = (frame: number): ReadFrame => ({
  frame,
  result: { ok: false, failure: { kind: 'no_symbol' } },
});
