import { type BigIntStats, constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { type AnyPid, OptionError } from '@memvisor/supervisor';
import { checkCancelled, fail, toResult } from '../codec-error.js';
import { errorCode } from '../error-code.js';
import type { CodecResult } from '../failure.js';
import { OpenedFile } from '../ffmpeg/opened-file.js';
import { countFrames, type VideoSource } from '../ffmpeg/read-video.js';
import type { FrameContent } from '../frames/frame-content.js';
import type { FrameResult } from '../frames/frame-failure.js';
import { allFrames } from '../parity/plan.js';
import { inlineRunner, type JobRunner } from '../pool/jobs.js';
import { openPackets } from '../warm/packets.js';
import { WarmPictures } from '../warm/warm-pictures.js';
import { type Archive, createArchive } from './archive.js';
import { type ArchiveInfo, readHead, readTail } from './documents.js';
import { findTail, headOf, restoredDocument } from './find-ends.js';
import { lookAtEnd, lookAtStart } from './first-look.js';
import { FrameTable } from './frame-table.js';
import { openByEnds, parityFramesOf } from './open-by-ends.js';
import { Restorer } from './restorer.js';

/** How an archive is opened. */
export type OpenArchiveOptions = {
  /** Threads to read frames in. @defaultValue the calling thread, a few milliseconds a frame */
  readonly pool?: JobRunner;
  /** The ffmpeg to use. @defaultValue the first one found */
  readonly ffmpegPath?: string | undefined;
  /** Milliseconds for which ffmpeg may make no progress before it is ended: `ffmpeg_stalled`. @defaultValue `60000` */
  readonly stallTimeoutMs?: number | undefined;
  /**
   * Whether an archive whose end is lost may be opened, to save what is there: `info.complete` is then `false`.
   * @defaultValue `false`: it is a failure, `truncated`
   */
  readonly allowTruncated?: boolean;
  /**
   * Decoders that are kept running for single frames, 0 to 16; each is an ffmpeg of some 30 MB. They start when the
   * archive is opened and rest when no frame is asked for during 10 s. Used for H.264 whose frames stand alone; PNG needs none, and
   * for the rest an ffmpeg is started for each group of near frames. `0`: that always.
   * @defaultValue `2`
   */
  readonly decoders?: number;
  /** When this process ends, the archive is closed. @defaultValue none: {@link Archive.close} does */
  readonly owner?: AnyPid;
  /**
   * Told once, when a first picture has been handed to a decoder; not where the archive is opened in another way. Whoever
   * has something to do that keeps this thread busy, loading a model for instance, does it best from then on.
   */
  readonly onDecoding?: () => void;
  /** Stops the opening: `cancelled`. */
  readonly signal?: AbortSignal;
};

const nothing = new Uint8Array(0);

/**
 * Opens an archive: ours in either format, or one that memvid v1 wrote.
 *
 * @returns The archive, or a {@link CodecFailure}.
 * @throws {OptionError} As a rejection, when `path` is no path, or an option is out of its range.
 * @example
 * const opened = await openArchive('memory.mp4');
 * if (opened.ok) for await (const frame of opened.value.readAllFrames()) console.log(frame);
 */
export const openArchive = async (
  path: string,
  options: OpenArchiveOptions = {},
): Promise<CodecResult<Archive>> =>
  toResult(async () => {
    if (typeof path !== 'string' || path === '') throw new OptionError('path', path, 'the path of a video');
    const { signal, pool: runner = inlineRunner, decoders = 2, owner } = options;
    if (!(Number.isInteger(decoders) && decoders >= 0 && decoders <= 16))
      throw new OptionError('decoders', decoders, 'a whole number from 0 to 16');
    checkCancelled(signal);
    const found = await fileAt(path);
    const videoBytes = Number(found.size);
    const file = new OpenedFile(path, found);
    const soon = await openByEnds(file, videoBytes, runner, options);
    if (soon.archive !== undefined) return soon.archive;
    const { ffmpeg } = soon;
    const unknownRate: VideoSource = { path, file, ffmpeg, frameRate: 30 };

    const [start, frames] = await Promise.all([
      lookAtStart(unknownRate, runner, signal),
      countFrames(unknownRate, signal),
    ]);
    if (!start.contents.some(({ ok }) => ok))
      await lookAtEnd(path, start, unknownRate, frames, runner, signal);
    const { width, height } = start.first.picture;
    const video = { ...unknownRate, frameRate: start.first.frameRate };
    const warm = new WarmPictures(ffmpeg, { width, height, decoders, owner }, () => openPackets(path));
    const common = { path, frames, frameRate: video.frameRate, widthPx: width, heightPx: height, videoBytes };

    if (start.contents.some(isJson)) {
      const info: ArchiveInfo = {
        ...common,
        parityFrames: 0,
        format: 'json',
        archiveId: undefined,
        profile: undefined,
        chunks: frames,
        textBytes: undefined,
        complete: true,
        metadata: {},
      };
      return createArchive(info, video, undefined, runner, warm, undefined);
    }

    const { tail: whole, plan } = await findTail(video, frames, runner, signal);
    const restorer = plan === undefined ? undefined : new Restorer(video, plan, runner);
    const head =
      (await headOf(start.contents, video, frames, runner, signal)) ??
      readHead((await restoredDocument('head', video, restorer, runner, signal)) ?? nothing);
    const tail =
      whole ?? readTail((await restoredDocument('tail', video, restorer, runner, signal)) ?? nothing);
    if (tail === undefined && options.allowTruncated !== true) fail({ kind: 'truncated', path, frames });
    const info: ArchiveInfo = {
      ...common,
      frames: plan === undefined ? frames : allFrames(plan),
      parityFrames: parityFramesOf(plan),
      format: 'packed',
      archiveId: head?.archiveId ?? tail?.archiveId,
      profile: head?.profile,
      chunks: tail?.chunks,
      textBytes: tail?.textBytes,
      complete: tail !== undefined,
      metadata: { ...head?.metadata, ...tail?.metadata },
    };
    const table =
      tail === undefined ? undefined : FrameTable.fromDeltas(tail.headFrames, tail.firstChunkDeltas);
    return createArchive(info, video, table, runner, warm, restorer);
  });

const fileAt = async (path: string): Promise<BigIntStats> => {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) fail({ kind: 'file_unreadable', path, cause: new Error('it is not a file') });
    await access(path, constants.R_OK);
    return found;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return fail({ kind: 'file_missing', path });
    if (code !== undefined) return fail({ kind: 'file_unreadable', path, cause: error });
    throw error;
  }
};

const isJson = (content: FrameResult<FrameContent>): boolean =>
  content.ok && content.value.kind === 'chunks' && content.value.format === 'json';
