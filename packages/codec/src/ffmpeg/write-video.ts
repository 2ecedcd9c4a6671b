import { checkCancelled, fail } from '../codec-error.js';
import { type EncodePlan, encodeArguments } from '../profiles/encode-arguments.js';
import { startFfmpeg, succeeded } from './run.js';

/**
 * Writes gray frames into `plan.outputPath`. Frames are pulled only as fast as ffmpeg takes them. When it returns or
 * throws, ffmpeg is gone; what it wrote is the caller's to keep or remove.
 *
 * @returns how many frames were written
 */
export const writeVideo = async (
  frames: AsyncIterable<Uint8Array>,
  plan: EncodePlan,
  program: string,
  signal?: AbortSignal,
): Promise<number> => {
  const process = startFfmpeg(program, encodeArguments(plan), { stdin: 'pipe', stdout: 'ignore', signal });
  let count = 0;
  try {
    for await (const frame of frames) {
      if (!(await process.write(frame))) break;
      count += 1;
    }
    process.endInput();
    const exit = await process.exited;
    checkCancelled(signal);
    if (!succeeded(exit)) fail({ kind: 'ffmpeg_failed', exit });
    return count;
  } finally {
    await process.stop();
  }
};
