import type { VideoSource } from '../ffmpeg/read-video.js';
import { Assembler } from '../frames/assemble.js';
import type { FrameContent } from '../frames/frame-content.js';
import type { FrameResult } from '../frames/frame-failure.js';
import { isPlanOf, type ParityPlan } from '../parity/plan.js';
import type { JobRunner } from '../pool/jobs.js';
import { type ArchiveTail, readHead, readTail } from './documents.js';
import { placeFrames, putBack } from './place-frames.js';
import { type ReadFrame, readAll, readSome } from './read-frames.js';
import type { Restorer } from './restorer.js';

/** The head's document; `undefined` where it can not be read, which costs only what the head says. */
export const headOf = async (
  start: readonly FrameResult<FrameContent>[],
  video: VideoSource,
  frames: number,
  runner: JobRunner,
  signal: AbortSignal | undefined,
) => {
  const [first] = start;
  if (first?.ok !== true || first.value.kind !== 'head') return undefined;
  if (first.value.bytes.length >= first.value.total) return readHead(first.value.bytes);
  for (let count = 8; ; count *= 4) {
    const upTo = Math.min(count, frames);
    const read = await readSome(
      video,
      Array.from({ length: upTo }, (_, at) => at),
      runner,
      signal,
    );
    const whole = assemble(read, 'head');
    if (whole !== undefined || upTo === frames || read.some(isPast('head')))
      return whole === undefined ? undefined : readHead(whole);
  }
};

/** The tail's document, `undefined` where the video ends without one; and how its frames are protected, if they are. */
export const findTail = async (
  video: VideoSource,
  frames: number,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<{ readonly tail: ArchiveTail | undefined; readonly plan: ParityPlan | undefined }> => {
  let plan: ParityPlan | undefined;
  let end = frames;
  for (let count = 1; ; count *= 4) {
    const from = Math.max(0, end - count);
    const read = await readSome(
      video,
      Array.from({ length: end - from }, (_, at) => from + at),
      runner,
      signal,
    );
    if (plan === undefined) {
      plan = read.map((one) => planOf(one, frames)).find((found) => found !== undefined);
      if (plan !== undefined) {
        // The parity frames need not be gone through: they say where the tail ends.
        end = Math.min(frames, plan.frames);
        count = 1 / 4;
        continue;
      }
    }
    const whole = assemble(read, 'tail');
    if (whole !== undefined) return { tail: readTail(whole), plan };
    if (read.some(isMisplaced)) return scanForTail(video, frames, runner, signal);
    if (from === 0 || read.some(isPast('tail'))) return { tail: undefined, plan };
  }
};

const isMisplaced = ({ result }: ReadFrame): boolean => !result.ok && result.failure.kind === 'misplaced';

/** Pictures are gone from the video or were added: where its end is only a look at all of them tells. */
const scanForTail = async (
  video: VideoSource,
  frames: number,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<{ readonly tail: ArchiveTail | undefined; readonly plan: ParityPlan | undefined }> => {
  const found: ReadFrame[] = [];
  let plan: ParityPlan | undefined;
  for await (const read of readAll(video, runner, signal)) {
    if (read.result.ok && read.result.value.kind === 'tail') found.push(read);
    plan ??= planOf(read, frames);
  }
  const whole = assemble(found, 'tail');
  return { tail: whole === undefined ? undefined : readTail(whole), plan };
};

/** The plan that a parity frame names, unless it speaks of an archive of quite another size. */
const planOf = ({ result }: ReadFrame, pictures: number): ParityPlan | undefined =>
  result.ok && result.value.kind === 'parity' && isPlanOf(result.value.plan, pictures)
    ? result.value.plan
    : undefined;

/** A document of an archive with parity, by a look at every frame: for those whose ends are damaged. */
export const restoredDocument = async (
  kind: 'head' | 'tail',
  video: VideoSource,
  restorer: Restorer | undefined,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> => {
  if (restorer === undefined) return undefined;
  const found: ReadFrame[] = [];
  const placed = putBack(placeFrames(readAll(video, runner, signal), 0), () => restorer.restored(signal));
  for await (const read of placed) if (read.result.ok && read.result.value.kind === kind) found.push(read);
  return assemble(found, kind);
};

const assemble = (frames: readonly ReadFrame[], kind: 'head' | 'tail'): Uint8Array | undefined => {
  const assembler = new Assembler();
  for (const { result } of frames) {
    if (!result.ok || result.value.kind !== kind) continue;
    const whole = assembler.add(result.value);
    if (whole instanceof Uint8Array) return whole;
  }
  return undefined;
};

/** A frame of another kind: whatever was sought, it does not reach further. */
const isPast =
  (kind: 'head' | 'tail') =>
  ({ result }: ReadFrame): boolean =>
    result.ok && result.value.kind !== kind && result.value.kind !== 'parity';
