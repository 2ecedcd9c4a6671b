import type { ReadFrame } from '../archive/read-frames.js';
import type { JobRunner } from '../pool/jobs.js';
import type { WarmPictures } from './warm-pictures.js';

/** Above so many frames one ffmpeg that decodes them in a row is faster. */
export const mostWarmFrames = 32;

/** Reads single frames; only those that were read and say of themselves that they are the ones. */
export const readWarm = async (
  pictures: WarmPictures,
  frameRate: number,
  frames: readonly number[],
  runner: JobRunner,
  signal: AbortSignal | undefined,
): Promise<readonly ReadFrame[]> => {
  const results = await Promise.all(
    frames.map(async (frame): Promise<ReadFrame | undefined> => {
      const picture = await orAborted(pictures.picture(frame, frameRate), signal);
      if (picture === undefined || signal?.aborted === true) return undefined;
      const [result] = await runner.run('readPictures', { ...picture, count: 1 }, { signal });
      return result?.ok === true && result.value.frame === frame
        ? { frame, result, isOfOpenFile: true }
        : undefined;
    }),
  );
  return results.filter((result) => result !== undefined);
};

/** The value, or `undefined` as soon as the signal fires. */
const orAborted = <Value>(
  value: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> => {
  if (signal === undefined) return value;
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
};
