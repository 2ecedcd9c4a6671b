/**
 * What a build does; the first four at the same time.
 *
 * - `chunk`: texts are read and cut
 * - `embed`: chunks get their vectors
 * - `index`: chunks and their vectors go into the index, which is finished at the very end
 * - `encode`: frames go into the video
 * - `verify`: every frame is read back
 */
export type BuildStage = 'chunk' | 'embed' | 'index' | 'encode' | 'verify';

/** How far one stage of a build has come. */
export type BuildProgress = {
  readonly stage: BuildStage;
  /** Chunks, or frames for `encode` and `verify`. */
  readonly done: number;
  /** How many there will be: known, or estimated where all sources say their size; else `undefined`. */
  readonly total: number | undefined;
  /** Done per second since the stage began. */
  readonly ratePerSecond: number;
  /** Milliseconds that the stage will still take at that rate, once `total` is known. */
  readonly etaMs: number | undefined;
};

/** Least milliseconds between two reports of a stage, the last one apart. */
const intervalMs = 100;

/** Turns counts into {@link BuildProgress}, with rates, and not too often. */
export class ProgressMeter {
  private readonly stages = new Map<BuildStage, { readonly startedAt: number; reportedAt: number }>();

  constructor(
    private readonly report: (progress: BuildProgress) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A stage begins, again where the video has to be encoded anew. */
  begin(stage: BuildStage, total: number | undefined): void {
    const now = this.now();
    this.stages.set(stage, { startedAt: now, reportedAt: now });
    this.report({ stage, done: 0, total, ratePerSecond: 0, etaMs: undefined });
  }

  count(stage: BuildStage, done: number, total: number | undefined): void {
    const now = this.now();
    const times = this.stages.get(stage) ?? { startedAt: now, reportedAt: Number.NEGATIVE_INFINITY };
    if (done !== total && now - times.reportedAt < intervalMs) return;
    times.reportedAt = now;
    this.stages.set(stage, times);
    const seconds = (now - times.startedAt) / 1000;
    const ratePerSecond = seconds > 0 ? done / seconds : 0;
    const left = total === undefined ? undefined : total - done;
    const etaMs =
      left === 0 ? 0 : left === undefined || ratePerSecond === 0 ? undefined : (left / ratePerSecond) * 1000;
    this.report({ stage, done, total, ratePerSecond, etaMs });
  }
}
