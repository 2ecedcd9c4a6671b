import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { duration } from './terminal.js';

/** How far a long command is; what it reports is shown or not, as the terminal allows. */
export interface Progress {
  /** A stage's state: `done` of `total` (`undefined` while unknown). */
  report(stage: string, done: number, total: number | undefined, etaMs?: number): void;
  /** Says something above the bar. */
  note(text: string): void;
  /** Takes the bar away. Harmless when there is none. */
  end(): void;
}

/** Nothing to see: stderr is a pipe or a file. */
const silent: Progress = {
  report: () => undefined,
  note: (text) => void process.stderr.write(`${text}\n`),
  end: () => undefined,
};

/** A bar for each stage under way: several are at the same time. */
class TerminalProgress implements Progress {
  private bars: MultiBar | undefined;
  private readonly stages = new Map<string, SingleBar>();

  report(stage: string, done: number, total: number | undefined, etaMs?: number): void {
    this.bars ??= new MultiBar(
      {
        format: '{stage} {bar} {of} {left}',
        hideCursor: true,
        clearOnComplete: true,
        // An interrupt must reach the root tree, which stops everything in order.
        gracefulExit: false,
        stream: process.stderr,
      },
      Presets.shades_classic,
    );
    const known = this.stages.get(stage);
    const bar = known ?? this.bars.create(1, 0, { stage: stage.padEnd(10), of: '', left: '' });
    this.stages.set(stage, bar);
    // Of an unknown total nobody can say how much is done: the bar stays empty.
    bar.setTotal(total ?? Number.MAX_SAFE_INTEGER);
    bar.update(done, {
      of: total === undefined ? `${done}` : `${done}/${total}`,
      left: etaMs === undefined ? '' : `${duration(etaMs / 1000)} left`,
    });
  }

  note(text: string): void {
    this.end();
    process.stderr.write(`${text}\n`);
  }

  end(): void {
    this.bars?.stop();
    this.bars = undefined;
    this.stages.clear();
  }
}

/** Bars on a terminal; silence in a pipe or with `--json`. */
export const createProgress = (wanted: boolean): Progress =>
  wanted && process.stderr.isTTY ? new TerminalProgress() : silent;
