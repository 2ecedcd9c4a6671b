import { join } from 'node:path';
import { defaultSystem, exit, portsClosed, silentLogger } from '@memvisor/supervisor';
import { type Chance, chanceFrom } from '../soak/chance.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Kind } from './kinds/index.js';
import { markedProcesses, markName } from './machine.js';
import { Means } from './means.js';
import type { PlannedRound } from './plan.js';
import { layReferences, play } from './play.js';
import { playChild } from './play-child.js';
import { Round } from './round.js';
import { Violation } from './violation.js';

/** How one round came out. */
export type RoundResult = {
  readonly round: number;
  readonly kind: string;
  /** Of this round's draws. */
  readonly seed: number;
  /** `false`: the fault came too late or found its victim idle; the next result is of the same round. */
  readonly struck: boolean;
  readonly ending: string;
  readonly note: string;
  readonly violation: string | undefined;
  readonly ms: number;
};

export type RunOptions = {
  /** Of the texts that are built from. */
  readonly seed: number;
  readonly plan: readonly PlannedRound[];
  /** Ends the run with the round that is being played. */
  readonly signal?: AbortSignal;
  readonly onRound: (result: RoundResult) => void;
};

/** A fault that misses so often at a stretch never strikes. */
const mostMisses = 12;

/**
 * Plays the rounds, one after the other. Whatever happens, nothing of it stays behind.
 *
 * @returns What went wrong outside of rounds: in making ready, in clearing up. Empty is well. Never rejects.
 */
export const runFaults = async ({ seed, plan, signal, onRound }: RunOptions): Promise<readonly string[]> => {
  const problems: string[] = [];
  const attempt = async (what: string, act: () => unknown): Promise<void> => {
    try {
      await act();
    } catch (error) {
      problems.push(`${what}: ${(error as Error).stack ?? String(error)}`);
    }
  };
  const temporary = temporaryFolder('faults');
  const folder = temporary.path;
  const mark = folder.split('-').at(-1) ?? '';
  const { TMPDIR } = process.env;
  process.env[markName] = mark;
  process.env.TMPDIR = folder;
  const chance = chanceFrom(seed);
  // That encoders die is what this is about; what matters of it is in the events.
  defaultSystem.logger = silentLogger;
  const unexpected: unknown[] = [];
  const onUnexpected = (error: unknown) => void unexpected.push(error);
  process.on('uncaughtException', onUnexpected).on('unhandledRejection', onUnexpected);
  let interrupted = false;
  // A signal to the whole group reaches this process too: it ends with the round that is being played.
  const onSignal = () => {
    interrupted = true;
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  signal?.addEventListener('abort', onSignal);
  let means: Means | undefined;
  await attempt('the rounds', async () => {
    const made = await Means.create(folder, mark, chance);
    means = made;
    await layReferences(new Round(made, chance, join(folder, 'reference')));
    for (const { number, kind, seed: roundSeed } of plan) {
      if (interrupted) return;
      const draws = chanceFrom(roundSeed);
      for (let misses = 0; ; misses++) {
        const result = await playOne(made, kind, number, draws, unexpected);
        // What the signal that ends this run did to the round is no violation of anything.
        if (interrupted) break;
        const neverStruck = misses === mostMisses && !result.struck;
        const violation = result.violation ?? (neverStruck ? 'it never struck' : undefined);
        onRound({ ...result, violation, seed: roundSeed });
        if (result.struck || violation !== undefined) break;
      }
    }
  });
  await attempt('closing the model', () => means?.close());
  await attempt('closing the ports', () => portsClosed());
  for (const { pid } of markedProcesses(mark)) kill(pid);
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  process.off('uncaughtException', onUnexpected).off('unhandledRejection', onUnexpected);
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  await attempt('removing the folder', () => temporary.remove());
  for (const error of unexpected) problems.push(`nobody caught ${String(error)}`);
  return problems;
};

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
};

const playOne = async (
  means: Means,
  kind: Kind,
  number: number,
  chance: Chance,
  unexpected: unknown[],
): Promise<Omit<RoundResult, 'seed'>> => {
  const round = new Round(means, chance, join(means.folder, `round-${number}`));
  const began = performance.now();
  let violation: string | undefined;
  try {
    if ('signal' in kind) await playChild(round, kind);
    else await play(round, kind);
  } catch (error) {
    violation = error instanceof Violation ? error.message : ((error as Error).stack ?? String(error));
    // What is left of it must not be found again in the next round.
    if (round.supervisor !== undefined) exit(round.supervisor, 'kill');
    const partitions = new Set(means.partitionPids);
    for (const { pid } of markedProcesses(means.mark)) if (!partitions.has(pid)) kill(pid);
  }
  for (const error of unexpected.splice(0))
    violation ??= `nobody caught ${(error as Error | undefined)?.stack ?? String(error)}`;
  return {
    round: number,
    kind: kind.name,
    struck: round.struck,
    ending: round.ending ?? 'unknown',
    note: round.note,
    violation,
    ms: performance.now() - began,
  };
};
