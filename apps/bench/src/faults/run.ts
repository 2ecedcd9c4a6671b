import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSystem, exit, portsClosed, silentLogger } from '@memvisor/supervisor';
import { type Chance, chanceFrom } from '../soak/chance.js';
import { dealer } from './deck.js';
import { type Kind, kinds } from './kinds/index.js';
import { markedProcesses, markName } from './machine.js';
import { Means } from './means.js';
import { layReferences, play } from './play.js';
import { playChild } from './play-child.js';
import { Round } from './round.js';
import { Violation } from './violation.js';

/** How one round came out. */
export type RoundResult = {
  readonly round: number;
  readonly kind: string;
  /** Repeats this round's draws: `--seed`, `--round`. */
  readonly seed: number;
  readonly struck: boolean;
  readonly ending: string;
  readonly note: string;
  readonly violation: string | undefined;
  readonly ms: number;
};

export type FaultsOptions = {
  readonly seed: number;
  readonly rounds: number;
  /** Only kinds whose names match. */
  readonly only?: RegExp;
  readonly onRound: (result: RoundResult) => void;
};

/** Plays the rounds, one after the other. Whatever happens, nothing of it stays behind. */
export const runFaults = async ({ seed, rounds, only, onRound }: FaultsOptions): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'memvisor-faults-'));
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
  const means = await Means.create(folder, mark, chance);
  try {
    await layReferences(new Round(means, chance, join(folder, 'reference')));
    const deal = dealer(
      kinds.filter(({ name }) => only?.test(name) ?? true),
      chance,
    );
    for (let number = 1; number <= rounds && !interrupted; number++) {
      const kind = deal();
      const roundSeed = chance.below(2 ** 31);
      const result = await playOne(means, kind, number, chanceFrom(roundSeed), unexpected);
      onRound({ ...result, seed: roundSeed });
    }
  } finally {
    await means.close();
    await portsClosed();
    for (const { pid } of markedProcesses(mark)) process.kill(pid, 'SIGKILL');
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    process.off('uncaughtException', onUnexpected).off('unhandledRejection', onUnexpected);
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(folder, { recursive: true, force: true });
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
    for (const { pid } of markedProcesses(means.mark)) if (!partitions.has(pid)) process.kill(pid, 'SIGKILL');
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
