import { isDeepStrictEqual } from 'node:util';
import { checkCancelled } from '../codec-error.js';
import { type Ffmpeg, likelyFfmpeg, locateFfmpeg } from '../ffmpeg/locate.js';
import type { OpenedFile } from '../ffmpeg/opened-file.js';
import type { ParityPlan } from '../parity/plan.js';
import type { JobRunner } from '../pool/jobs.js';
import { openWarm, type WarmlyOpened } from '../warm/open-warm.js';
import { type Archive, createArchive } from './archive.js';
import type { ArchiveInfo } from './documents.js';
import { FrameTable } from './frame-table.js';
import type { OpenArchiveOptions } from './open-archive.js';
import { Restorer } from './restorer.js';

/**
 * Opens an archive by its first and last pictures, if it is one of ours and nothing is wrong with it. First with the
 * ffmpeg that need not be asked anything; where that leads nowhere, the one that was asked is what is left to work with. Where
 * opening did not need it, as for PNG, nobody has seen it work: then it is asked when something else needs it.
 */
export const openByEnds = async (
  file: OpenedFile,
  videoBytes: number,
  runner: JobRunner,
  options: OpenArchiveOptions,
): Promise<{ readonly archive: Archive } | { readonly archive?: undefined; readonly ffmpeg: Ffmpeg }> => {
  const { decoders = 2, owner, signal } = options;
  let isTold = false;
  const onDecoding = (): void => {
    if (!isTold) options.onDecoding?.();
    isTold = true;
  };
  const openWith = async (ffmpeg: Ffmpeg, asked: () => Promise<Ffmpeg>): Promise<Archive | undefined> => {
    const source = { path: file.path, file, ffmpeg, frameRate: 30 };
    const whole = await openWarm(source, { decoders, owner, onDecoding, videoBytes }, runner, signal);
    checkCancelled(signal);
    if (whole === undefined) return undefined;
    const video = whole.hasDecoded ? whole.video : { ...whole.video, ffmpeg: asked };
    return openedWhole({ ...whole, video }, videoBytes, runner);
  };
  const locate = () => locateFfmpeg({ purpose: 'read videos' }, options);
  const likely = await likelyFfmpeg(options);
  const soon = likely === undefined ? undefined : await openWith(likely, onceItSucceeds(locate));
  if (soon !== undefined) return { archive: soon };
  const ffmpeg = await locate();
  const later = isDeepStrictEqual(likely, ffmpeg) ? undefined : await openWith(ffmpeg, async () => ffmpeg);
  return later === undefined ? { ffmpeg } : { archive: later };
};

/** One search for all who ask meanwhile and later, unless it fails. */
const onceItSucceeds = <Value>(search: () => Promise<Value>): (() => Promise<Value>) => {
  let found: Promise<Value> | undefined;
  return () => {
    found ??= search().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
};

const openedWhole = (
  { video, frames, widthPx, heightPx, head, tail, plan, warm }: WarmlyOpened,
  videoBytes: number,
  runner: JobRunner,
): Archive => {
  const info: ArchiveInfo = {
    path: video.path,
    frames,
    frameRate: video.frameRate,
    widthPx,
    heightPx,
    videoBytes,
    parityFrames: parityFramesOf(plan),
    format: 'packed',
    archiveId: head.archiveId,
    profile: head.profile,
    chunks: tail.chunks,
    textBytes: tail.textBytes,
    complete: true,
    metadata: { ...head.metadata, ...tail.metadata },
  };
  return createArchive(
    info,
    video,
    FrameTable.fromDeltas(tail.headFrames, tail.firstChunkDeltas),
    runner,
    warm,
    plan === undefined ? undefined : new Restorer(video, plan, runner),
  );
};

/** How many of an archive's frames are there to restore others. */
export const parityFramesOf = (plan: ParityPlan | undefined): number =>
  plan === undefined ? 0 : plan.groups * plan.checks;
