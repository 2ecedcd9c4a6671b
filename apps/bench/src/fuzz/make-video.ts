import { inlineRunner } from '@memvisor/codec';
import { startOsProcess } from '@memvisor/supervisor';

const sizePx = 192;

/** A Matroska video with one frame a payload, as pictures without loss. */
export const makeVideo = async (
  payloads: readonly Uint8Array[],
  path: string,
  ffmpeg: string,
): Promise<void> => {
  const { gray } = await inlineRunner.run('drawFrames', {
    payloads,
    masks: payloads.map(() => 0 as const),
    errorCorrection: 'L',
    version: undefined,
    sizePx,
  });
  await runFfmpeg(ffmpeg, gray, [
    ...[
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
      '-video_size',
      `${sizePx}x${sizePx}`,
      '-framerate',
      '30',
      '-i',
      'pipe:0',
    ],
    ...['-c:v', 'ffv1', '-f', 'matroska', `file:${path}`],
  ]);
};

/** A video that has nothing to do with us. */
export const makeForeign = (path: string, ffmpeg: string): Promise<void> =>
  runFfmpeg(ffmpeg, undefined, [
    ...[
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=160x120:rate=10:duration=1',
      '-pix_fmt',
      'yuv420p',
      `file:${path}`,
    ],
  ]);

const runFfmpeg = async (
  program: string,
  input: Uint8Array | undefined,
  args: readonly string[],
): Promise<void> => {
  const child = startOsProcess(
    { program, args: ['-hide_banner', '-loglevel', 'error', '-y', ...args] },
    { stdin: input === undefined ? 'ignore' : 'pipe', stdout: 'ignore' },
  );
  if (input !== undefined) {
    await child.write(input);
    child.endInput();
  }
  const exit = await child.exited;
  if (exit.kind !== 'exited' || exit.exitCode !== 0) throw new Error(`ffmpeg: ${JSON.stringify(exit)}`);
};
