import { Presets, SingleBar } from 'cli-progress';
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

class TerminalProgress implements Progress {
  private bar: SingleBar | undefined;
  private stage = '';

  report(stage: string, done: number, total: number | undefined, etaMs?: number): void {
    if (this.bar === undefined || stage !== this.stage) {
      this.end();
      this.stage = stage;
      this.bar = new SingleBar(
        {
          format: '{stage} {bar} {value}/{total} {left}',
          hideCursor: true,
          clearOnComplete: true,
          // An interrupt must reach the root tree, which stops everything in order.
          gracefulExit: false,
          stream: process.stderr,
        },
        Presets.shades_classic,
      );
      this.bar.start(total ?? 0, done, { stage: stage.padEnd(10), left: '' });
    }
    if (total !== undefined) this.bar.setTotal(total);
    this.bar.update(done, { left: etaMs === undefined ? '' : `${duration(etaMs / 1000)} left` });
  }

  note(text: string): void {
    const { stage } = this;
    this.end();
    process.stderr.write(`${text}\n`);
    this.stage = stage;
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}

/** A bar on a terminal; silence in a pipe or with `--json`. */
export const createProgress = (wanted: boolean): Progress =>
  wanted && process.stderr.isTTY ? new TerminalProgress() : silent;
