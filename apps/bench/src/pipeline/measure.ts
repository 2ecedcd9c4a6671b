import type { Sample } from './resources.js';
import { type Delays, runTask } from './tasks.js';

/** A long build: what it took of the machine. */
export interface MemoryMeasured {
  readonly textBytes: number;
  readonly seconds: number;
  readonly megabytesPerSecond: number;
  /** The build's Node process, and all of its processes together. */
  readonly peakMainMb: number;
  readonly peakTreeMb: number;
  /** The largest single file while it ran, and all together. */
  readonly largestFileMb: number;
  readonly filesMb: number;
  readonly videoMb: number;
  readonly indexMb: number;
  /** Ten moments, evenly. */
  readonly samples: readonly Sample[];
}

export const measureMemory = async (bytes: number, say: (line: string) => void): Promise<MemoryMeasured> => {
  say(`memory: one build of ${(bytes / 1e6).toFixed(0)} MB, lossless, test embedder …`);
  const { result, resources } = await runTask({
    codec: 'lossless',
    bytes,
    encoders: 1,
    embedder: 'hash',
    watches: false,
  });
  const { samples } = resources;
  const sizes = result.builds[0]?.sizes;
  const textBytes = sizes?.text.bytes ?? 0;
  return {
    textBytes,
    seconds: result.seconds,
    megabytesPerSecond: textBytes / 1e6 / result.seconds,
    peakMainMb: resources.peakMainMb,
    peakTreeMb: resources.peakTreeMb,
    largestFileMb: resources.largestFileMb,
    filesMb: resources.filesMb,
    videoMb: (sizes?.videoBytes ?? 0) / 1e6,
    indexMb: (sizes?.index?.bytes ?? 0) / 1e6,
    samples: Array.from(
      { length: 10 },
      (_, at) => samples[Math.floor((samples.length * (at + 0.5)) / 10)],
    ).filter((sample) => sample !== undefined),
  };
};

/** Four builds at once: what the main thread had to wait. */
export interface MainThreadMeasured {
  readonly codec: string;
  readonly embedder: string;
  readonly megabytesPerSecond: number;
  readonly delay: Delays;
  readonly calls: Delays;
}

const nothing: Delays = { p50: 0, p99: 0, max: 0 };

export const measureMainThread = async (say: (line: string) => void): Promise<MainThreadMeasured[]> => {
  const measured: MainThreadMeasured[] = [];
  for (const [codec, embedder, bytes] of [
    ['lossless', 'default', 60_000],
    ['h264', 'default', 60_000],
    ['lossless', 'hash', 2_000_000],
  ] as const) {
    say(`main thread: 4 builds at once, ${codec}, embedder ${embedder} …`);
    const { result } = await runTask({ codec, bytes, encoders: 4, embedder, watches: true });
    const text = result.builds.reduce((sum, { sizes }) => sum + sizes.text.bytes, 0);
    measured.push({
      codec,
      embedder,
      megabytesPerSecond: text / 1e6 / result.seconds,
      delay: result.delay ?? nothing,
      calls: result.calls ?? nothing,
    });
  }
  return measured;
};

/** A build beside its embedder alone. */
export interface EmbedderMeasured {
  readonly textBytes: number;
  /** Seconds for the same chunks: the embedder alone, and the whole build; each the median of three, in turns. */
  readonly embedderSeconds: number;
  readonly buildSeconds: number;
}

/** A text whose start decides, and one that takes the embedder some twenty seconds. */
const textSizes = [250_000, 1_000_000];

export const measureEmbedderShare = async (say: (line: string) => void): Promise<EmbedderMeasured[]> => {
  const measured: EmbedderMeasured[] = [];
  for (const textBytes of textSizes) {
    const task = { codec: 'lossless', bytes: textBytes, embedder: 'default', watches: false } as const;
    const alone: number[] = [];
    const built: number[] = [];
    for (let turn = 1; turn <= 3; turn++) {
      say(`embedder: ${textBytes / 1e3} KB, alone and in a build, turn ${turn} of 3 …`);
      alone.push((await runTask({ ...task, encoders: 0 })).result.seconds);
      built.push((await runTask({ ...task, encoders: 1 })).result.seconds);
    }
    measured.push({ textBytes, embedderSeconds: median(alone), buildSeconds: median(built) });
  }
  return measured;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[1] ?? 0;
