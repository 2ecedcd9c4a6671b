import { portsClosed } from '@memvisor/supervisor';
import { chanceFrom } from '../soak/chance.js';
import { temporaryFolder } from '../temporary-folder.js';
import { buildCorpus, type Corpus } from './corpus.js';
import { type FuzzRow, type FuzzViolation, readMutants, type Tally } from './job.js';

export type FuzzResult = {
  readonly rows: readonly FuzzRow[];
  readonly violations: readonly FuzzViolation[];
  readonly peakMb: number;
};

export type FuzzOptions = {
  readonly seed: number;
  readonly rounds: number;
  readonly only?: RegExp;
  /** How many mutants are read at once, each by a process of its own. */
  readonly jobs: number;
  readonly onViolation: (violation: FuzzViolation) => void;
  /** Told after each mutant. */
  readonly onMutant?: () => void;
};

/** Archives to mutate are made for each job: fewer mutants are not worth it. */
const fewestOfAJob = 250;

/** Makes mutants and has them read by processes that are watched. What a mutant is does not depend on how many. */
export const runFuzz = async (options: FuzzOptions): Promise<FuzzResult> => {
  const { seed, rounds, jobs } = options;
  const chance = chanceFrom(seed);
  const seeds = Array.from({ length: rounds }, () => chance.below(2 ** 31));
  const tally: Tally = { rows: new Map(), violations: [], peakMb: 0 };
  const running = Math.max(1, Math.min(jobs, Math.ceil(rounds / fewestOfAJob)));
  const folders = Array.from({ length: running }, () => temporaryFolder('fuzz'));
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const corpora: Corpus[] = [];
    for (const { path } of folders) corpora.push(await buildCorpus(path));
    const next = mutantsOf(seeds, interrupted.signal);
    await allOrNone(
      corpora.map((corpus) => readMutants(next, corpus, { ...options, tally, signal: interrupted.signal })),
      interrupted,
    );
    return { ...tally, rows: [...tally.rows.values()] };
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await portsClosed();
    for (const folder of folders) folder.remove();
  }
};

/** The numbers and seeds of the mutants, handed to whichever job comes next. */
function* mutantsOf(
  seeds: readonly number[],
  signal: AbortSignal,
): Generator<{ mutant: number; seed: number }, undefined> {
  for (const [at, seed] of seeds.entries()) {
    if (signal.aborted) return;
    yield { mutant: at + 1, seed };
  }
}

/** Waits for all, also when one throws, which ends the others. */
const allOrNone = async (jobs: readonly Promise<void>[], abort: AbortController): Promise<void> => {
  for (const job of jobs) job.catch(() => abort.abort());
  for (const ended of await Promise.allSettled(jobs)) if (ended.status === 'rejected') throw ended.reason;
};
