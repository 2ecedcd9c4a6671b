import { setImmediate } from 'node:timers/promises';
import { type ArchiveHead, type ArchiveTail, readHead, readTail } from '../archive/documents.js';
import type { Ffmpeg } from '../ffmpeg/locate.js';
import type { VideoSource } from '../ffmpeg/read-video.js';
import type { FrameContent, FramePart } from '../frames/frame-content.js';
import { allFrames, type ParityPlan } from '../parity/plan.js';
import type { JobRunner } from '../pool/jobs.js';
import type { Picture } from '../qr/picture.js';
import { openPackets } from './packets.js';
import { type WarmOptions, WarmPictures } from './warm-pictures.js';

/** A whole packed archive, opened by its first and last pictures. */
export type WarmlyOpened = {
  readonly video: VideoSource;
  readonly frames: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly head: ArchiveHead;
  readonly tail: ArchiveTail;
  /** Of an archive with parity. */
  readonly plan: ParityPlan | undefined;
  readonly warm: WarmPictures;
  /** Whether the ffmpeg has been seen to work: PNG needs none. */
  readonly hasDecoded: boolean;
};

/** A tail of more frames is read faster by an ffmpeg that decodes them in a row. */
const mostTailFrames = 32;

/** No picture of a QR code is coded in less: frame numbers and times that ask for more frames than the file has room for lie. */
const leastFrameBytes = 64;

/**
 * Opens an archive by its first and its last pictures alone, decoded as single frames are. They have checksums and say
 * what they are, which frame they are, and what the frame rate is; so nothing needs to count or to seek. `undefined` for
 * whatever is not just as we write it: the long way then finds out what it is.
 */
export const openWarm = async (
  unknownRate: VideoSource & { readonly ffmpeg: Ffmpeg },
  {
    onDecoding,
    videoBytes,
    ...options
  }: Pick<WarmOptions, 'decoders' | 'owner'> & {
    readonly onDecoding?: (() => void) | undefined;
    readonly videoBytes: number;
  },
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<WarmlyOpened | undefined> => {
  const packets = options.decoders === 0 ? undefined : await openPackets(unknownRate.path);
  if (packets === undefined) return undefined;
  const { width, height } = packets;
  const warm = new WarmPictures(unknownRate.ffmpeg, { ...options, width, height }, packets);
  const contentOf = async (picture: Picture | undefined): Promise<FrameContent | undefined> => {
    if (picture === undefined || signal?.aborted === true) return undefined;
    const [result] = await runner.run('readPictures', { ...picture, count: 1 }, { signal });
    return result?.ok === true ? result.value : undefined;
  };
  const open = async (): Promise<WarmlyOpened | undefined> => {
    const [first, last] = await Promise.all([packets.first(), packets.last(), warm.start()]);
    if (first === undefined || last === undefined) return undefined;
    const firstPicture = warm.decode(first.data);
    // It goes to the decoder in the steps that follow; who is told may keep them waiting.
    await setImmediate();
    onDecoding?.();
    const start = await firstPicture;
    // Decoded while the first is read.
    const lastPicture = warm.decode(last.data);
    const head = wholeHead(await contentOf(start));
    const end = await contentOf(await lastPicture);
    if (head === undefined || end === undefined) return undefined;
    if (end.frame * leastFrameBytes > videoBytes) return undefined;
    const video = { ...unknownRate, frameRate: head.frameRate };
    const read = async (frame: number) => contentOf(await warm.picture(frame, head.frameRate));
    // An archive with parity ends with it; each parity frame says where the tail is.
    const plan = end.kind === 'parity' ? end.plan : undefined;
    const tailEnd = plan === undefined ? end : await read(plan.frames - 1);
    // Cut or put together by another program, times and numbers would not agree.
    const isLast = plan === undefined || end.frame === allFrames(plan) - 1;
    if (!isLast || Math.round((last.seconds - first.seconds) * head.frameRate) !== end.frame)
      return undefined;
    if (tailEnd?.kind !== 'tail' || tailEnd.frame !== (plan?.frames ?? end.frame + 1) - 1) return undefined;
    const bytes = await wholeTail(tailEnd, read);
    const tail = bytes === undefined ? undefined : readTail(bytes);
    if (tail === undefined || tail.archiveId !== head.archiveId) return undefined;
    const hasDecoded = packets.avc !== undefined;
    const size = { frames: end.frame + 1, widthPx: width, heightPx: height };
    return { video, ...size, head, tail, plan, warm, hasDecoded };
  };
  let opened: WarmlyOpened | undefined;
  try {
    opened = await open();
  } finally {
    if (opened === undefined) await warm.close();
  }
  return opened;
};

const wholeHead = (start: FrameContent | undefined): ArchiveHead | undefined =>
  start?.kind === 'head' && start.frame === 0 && start.bytes.length === start.total
    ? readHead(start.bytes)
    : undefined;

/** The tail's bytes from its last frame backwards; `undefined` where a part is missing or there are too many. */
const wholeTail = async (
  end: FramePart,
  read: (frame: number) => Promise<FrameContent | undefined>,
): Promise<Uint8Array | undefined> => {
  const parts = [end.bytes];
  let { offset } = end;
  if (offset + end.bytes.length !== end.total) return undefined;
  while (offset > 0) {
    const frame = end.frame - parts.length;
    const part = parts.length === mostTailFrames ? undefined : await read(frame);
    const follows = part?.kind === 'tail' && part.frame === frame && part.total === end.total;
    if (!follows || part.offset + part.bytes.length !== offset) return undefined;
    parts.unshift(part.bytes);
    offset = part.offset;
  }
  return Buffer.concat(parts);
};
