import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobOutput, JobRunner } from '@memvisor/codec';
import { describeOsExit, startOsProcess } from '@memvisor/supervisor';
import { median } from '../runtime/results.js';
import type { Setting } from './settings.js';

/** Bytes that QR codes of a version hold. */
const capacities = {
  40: { L: 2953, M: 2331, Q: 1663, H: 1273 },
  20: { L: 858, M: 666, Q: 482, H: 382 },
} as const;
const batch = 16;
const fetches = 9;

/** What one setting gave. */
export interface Measured {
  readonly setting: Setting;
  readonly frames: number;
  /** Frames whose payload came back byte by byte. */
  readonly exact: number;
  readonly bytesPerByte: number;
  readonly encodeFps: number;
  readonly decodeFps: number;
  /** Decoded frames read per second, by all threads. */
  readonly readFps: number;
  /** Milliseconds to one frame with an ffmpeg started for it: the median. */
  readonly fetchMs: number;
}

/** Encodes frames of random bytes with a setting, decodes them and reads every one. */
export const measureSetting = async (
  setting: Setting,
  frames: number,
  { program, runner, folder }: { program: string; runner: JobRunner; folder: string },
): Promise<Measured> => {
  const { errorCorrection, pixelsPerModule, version = 40 } = setting;
  const capacity = capacities[version][errorCorrection];
  const sizePx = Math.ceil(((25 + 4 * version) * pixelsPerModule) / 16) * 16;
  const pictureBytes = sizePx * sizePx;
  const drawn: JobOutput<'drawFrames'>[] = [];
  for (let at = 0; at < frames; at += batch) {
    const payloads = Array.from({ length: Math.min(batch, frames - at) }, () =>
      Uint8Array.from(randomBytes(capacity)),
    );
    const masks = payloads.map(() => 0 as const);
    drawn.push(await runner.run('drawFrames', { payloads, masks, errorCorrection, version, sizePx }));
  }

  const file = join(folder, `sweep.${setting.container}`);
  const encodeMs = await run(
    program,
    [
      ...['-y', '-f', 'rawvideo', '-pix_fmt', 'gray', '-video_size', `${sizePx}x${sizePx}`],
      ...['-framerate', '30', '-i', 'pipe:0', '-c:v', setting.encoder, '-pix_fmt', setting.pixelFormat],
      ...[...setting.arguments, file],
    ],
    drawn.map(({ gray }) => gray),
  );

  const decoded: Uint8Array[] = [];
  const decodeMs = await run(program, decode(file, []), [], (part) => decoded.push(part));
  const pixels = Buffer.concat(decoded);
  const started = performance.now();
  let exact = 0;
  const reading = drawn.map(async ({ drawn: sums, count }, group) => {
    const from = group * batch * pictureBytes;
    const gray = Uint8Array.from(pixels.subarray(from, from + count * pictureBytes));
    const whole = Math.floor(gray.length / pictureBytes);
    const { results } = await runner.run('checkPictures', {
      batch: { width: sizePx, height: sizePx, count: whole, gray },
      // Another picture sum than any: every frame is read, also where no pixel has changed.
      drawn: sums.map(({ payloadCrc }) => ({ payloadCrc, pictureCrc: -1 })),
    });
    exact += results.filter((result, at) => result.ok && result.value === sums[at]?.payloadCrc).length;
  });
  await Promise.all(reading);
  const readMs = performance.now() - started;

  const times: number[] = [];
  for (let at = 0; at < fetches; at++) {
    const seconds = (((at * 37) % frames) + 0.5) / 30;
    times.push(await run(program, decode(file, ['-ss', seconds.toFixed(3)], ['-frames:v', '1']), []));
  }
  return {
    setting,
    frames,
    exact,
    bytesPerByte: (await stat(file)).size / (frames * capacity),
    encodeFps: (frames * 1000) / encodeMs,
    decodeFps: (frames * 1000) / decodeMs,
    readFps: (frames * 1000) / readMs,
    fetchMs: median(times),
  };
};

const decode = (
  file: string,
  before: readonly string[],
  after: readonly string[] = [],
): readonly string[] => [
  ...[...before, '-i', file, ...after, '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
];

/** Runs ffmpeg to its end and gives the milliseconds from its start. */
const run = async (
  program: string,
  args: readonly string[],
  input: readonly Uint8Array[],
  onOutput: (part: Uint8Array) => void = () => {},
): Promise<number> => {
  const started = performance.now();
  const process = startOsProcess(
    { program, args: ['-hide_banner', '-nostats', '-loglevel', 'error', ...args] },
    { stdin: input.length > 0 ? 'pipe' : 'ignore' },
  );
  process.stdout.on('data', onOutput);
  for (const part of input) if (!(await process.write(part))) break;
  if (input.length > 0) process.endInput();
  const exit = await process.exited;
  if (exit.kind !== 'exited' || exit.exitCode !== 0) throw new Error(describeOsExit(exit));
  return performance.now() - started;
};

/** The encoders of an ffmpeg. */
export const encodersOf = async (program: string): Promise<ReadonlySet<string>> => {
  const parts: Uint8Array[] = [];
  await run(program, ['-encoders'], [], (part) => parts.push(part));
  return new Set(
    [...String(Buffer.concat(parts)).matchAll(/^ V\S{5} (\S+)/gm)].map(([, name]) => name ?? ''),
  );
};
