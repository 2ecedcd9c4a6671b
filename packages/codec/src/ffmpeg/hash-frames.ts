import { checkCancelled, fail } from '../codec-error.js';
import { errorCode } from '../error-code.js';
import { Patience } from './patience.js';
import { hashArguments } from './read-arguments.js';
import { ffmpegFor, type VideoSource } from './read-video.js';
import { startFfmpeg, succeeded } from './run.js';

/**
 * The CRC-32 of every decoded picture, in order: ffmpeg computes them, so that no picture comes here. Returns whether
 * they are all there: an ffmpeg that lacks the muxer for it, or breaks off, ends with `false`.
 */
export async function* hashFrames(
  video: VideoSource,
  pixelFormat: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly number[], boolean, undefined> {
  const ffmpeg = await ffmpegFor(video);
  const process = startFfmpeg(ffmpeg.program, hashArguments(video.path, pixelFormat, ffmpeg.passthrough), {
    stdin: 'ignore',
    stdout: 'pipe',
    signal,
    background: video.background ?? false,
  });
  const patience = new Patience(ffmpeg.stallTimeoutMs, () => void process.stop());
  let rest = '';
  try {
    try {
      for await (const bytes of patience.reading<Uint8Array>(process.stdout)) {
        const lines = (rest + Buffer.from(bytes).toString('latin1')).split('\n');
        rest = lines.pop() ?? '';
        yield lines.filter((line) => !line.startsWith('#')).map(hashOf);
      }
    } catch (error) {
      // Closed under us because the process was ended.
      if (errorCode(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
    const exit = await patience.of(process.exited);
    checkCancelled(signal);
    if (patience.isOver) fail({ kind: 'ffmpeg_stalled', timeoutMs: ffmpeg.stallTimeoutMs, exit });
    return succeeded(exit);
  } finally {
    await process.stop();
  }
}

/** The last field of a line; no number where there is none. */
const hashOf = (line: string): number => Number.parseInt(line.slice(line.lastIndexOf(',') + 1), 16);
