// Rounds wait for processes most of the time: several are played at once, each in a Node process of its own, which
// counts its threads, handles and children by itself.
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describeOsExit, startOsProcess } from '@memvisor/supervisor';
import type { RoundResult } from './run.js';

/** The one argument of a player, as JSON: its share of a run's rounds is every `jobs`-th, from the `job`-th on. */
export type JobRequest = {
  readonly seed: number;
  readonly rounds: number;
  /** The source of a regular expression. */
  readonly only: string | undefined;
  readonly jobs: number;
  readonly job: number;
};

/** A line that a player prints. */
export type JobLine =
  | { readonly type: 'round'; readonly result: RoundResult }
  | { readonly type: 'done'; readonly problems: readonly string[] };

export type FaultsOptions = {
  readonly seed: number;
  /** Builds to strike. One that is missed does not count, and is played once more. */
  readonly rounds: number;
  /** Only kinds whose names match. */
  readonly only?: RegExp;
  /** How many are played at once. */
  readonly jobs: number;
  readonly onRound: (result: RoundResult) => void;
};

const player = fileURLToPath(new URL('./player.js', import.meta.url));
/** A player that is told to stop, or whose input ends because this process is gone, ends with its round. */
const longestRoundMs = 300_000;

/** Has all rounds played. @returns what went wrong outside of rounds; empty is well */
export const playAll = async ({
  seed,
  rounds,
  only,
  jobs,
  onRound,
}: FaultsOptions): Promise<readonly string[]> => {
  const running = Array.from({ length: Math.min(jobs, rounds) }, async (_, job) => {
    const request: JobRequest = { seed, rounds, only: only?.source, jobs, job };
    const child = startOsProcess(
      { program: process.execPath, args: [player, JSON.stringify(request)] },
      { shutdownMs: longestRoundMs, stderrTailBytes: 20_000 },
    );
    const stop = () => void child.stop();
    process.on('SIGINT', stop).on('SIGTERM', stop);
    let problems: readonly string[] | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      const told: JobLine = JSON.parse(line);
      if (told.type === 'round') onRound(told.result);
      else problems = told.problems;
    }
    const exit = await child.exited;
    process.off('SIGINT', stop).off('SIGTERM', stop);
    return problems ?? [`the process that plays rounds ${describeOsExit(exit)}`];
  });
  return (await Promise.all(running)).flat();
};
