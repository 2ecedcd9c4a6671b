import { stat } from 'node:fs/promises';
import { describeOsExit, type OsExit } from '@memvisor/supervisor';
import { checkCancelled, fail } from '../codec-error.js';
import { type EncodePlan, encodeArguments } from '../profiles/encode-arguments.js';
import type { Ffmpeg } from './locate.js';
import { Patience } from './patience.js';
import { startFfmpeg, succeeded } from './run.js';

/**
 * Writes frames, in the pipe format of the plan's profile, into `plan.outputPath`. Frames are pulled only as fast as ffmpeg takes them. When it returns or
 * throws, ffmpeg is gone; what it wrote is the caller's to keep or remove.
 *
 * @param path what it writes for in the end, as a failure calls it
 * @returns how many frames were written
 */
export const writeVideo = async (
  frames: AsyncIterable<Uint8Array>,
  plan: EncodePlan,
  { program, stallTimeoutMs }: Pick<Ffmpeg, 'program' | 'stallTimeoutMs'>,
  { path, signal }: { readonly path: string; readonly signal?: AbortSignal | undefined },
): Promise<number> => {
  const process = startFfmpeg(program, encodeArguments(plan), {
    stdin: 'pipe',
    stdout: 'ignore',
    signal,
    background: true,
  });
  // Between the last frame and its end it may compute for long; its file grows meanwhile.
  const patience = new Patience(
    stallTimeoutMs,
    () => void process.stop(),
    () =>
      stat(plan.outputPath)
        .then(({ size }) => size)
        .catch(() => undefined),
  );
  let count = 0;
  try {
    for await (const frame of frames) {
      if (!(await patience.of(process.write(frame)))) break;
      count += 1;
    }
    process.endInput();
    const exit = await patience.of(process.exited);
    if (patience.isOver) fail({ kind: 'ffmpeg_stalled', timeoutMs: stallTimeoutMs, exit });
    checkCancelled(signal);
    if (!succeeded(exit))
      fail(foundNoRoom(exit) ? { kind: 'disk_full', path } : { kind: 'ffmpeg_failed', exit });
    return count;
  } finally {
    await process.stop();
  }
};

/** It tells of a full disk in words alone, whatever its exit code. */
const foundNoRoom = (exit: OsExit): boolean => /No space left/i.test(describeOsExit(exit));
