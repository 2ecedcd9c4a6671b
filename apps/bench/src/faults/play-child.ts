import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type OsExit, startOsProcess } from '@memvisor/supervisor';
import { archiveFiles, strangersIn } from './archive-state.js';
import type { BuildLine, BuildProgram } from './build-program.js';
import { checkLeftovers, takeBaseline } from './leftovers.js';
import { buildAgain } from './play.js';
import { layFolders, layInputs, layPrevious } from './previous.js';
import type { Round } from './round.js';
import { mustHold, within } from './violation.js';

/** A fault of the whole Node process that builds. */
export type ChildFault = {
  readonly name: string;
  readonly how: string;
  readonly holds: string;
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
  /** What it leaves with. */
  readonly exitCode: number | undefined;
};

const stages = ['chunk', 'embed', 'encode', 'verify', 'index'] as const;
const program = fileURLToPath(new URL('./build-program.js', import.meta.url));

/** Plays one round: the build runs in a child Node, which gets the signal at a random moment. */
export const playChild = async (round: Round, fault: ChildFault): Promise<void> => {
  const { means } = round;
  layFolders(round);
  try {
    process.env.TMPDIR = round.temporary;
    const baseline = takeBaseline();
    const partitions = round.chance.below(8) === 0;
    round.short = partitions;
    layInputs(round);
    layPrevious(round);
    round.before = archiveFiles(round.out);
    const { built, exit } = await runAndSignal(round, fault, partitions);
    if (built) mustHold(exit.kind === 'exited', 'it was built, and then Node did not end by itself');
    checkExit(round, fault, exit, built);
    // After SIGKILL the folder of the build stays until the next one.
    if (fault.signal !== 'SIGKILL') {
      const strangers = strangersIn(round.out);
      mustHold(strangers.length === 0, `beside the output there is ${strangers.join(', ')}`);
    }
    await checkLeftovers(means, round.temporary, baseline);
    const now = archiveFiles(round.out);
    const isOld = now.video === round.before.video && now.index === round.before.index;
    const isNew = now.video !== round.before.video && now.index !== round.before.index;
    if (isNew) round.ending = 'completed';
    else if (!isOld && now.index === round.before.index) round.note += ', between the renames';
    mustHold(isOld || isNew || /renames/.test(round.note), 'the previous archive is not what it was');
    // Missed: another round is played for it.
    if (!round.struck) return;
    await buildAgain(round);
    await checkLeftovers(means, round.temporary, baseline);
  } finally {
    process.env.TMPDIR = means.folder;
    rmSync(round.folder, { recursive: true, force: true });
  }
};

const runAndSignal = async (
  round: Round,
  { signal }: ChildFault,
  partitions: boolean,
): Promise<{ readonly built: boolean; readonly exit: OsExit }> => {
  const { chance, means } = round;
  const stage = chance.oneOf(stages);
  const delayMs = chance.below(120);
  round.note = `${delayMs} ms into ${stage}${partitions ? ', with the real model' : ''}`;
  const job: BuildProgram = {
    inputs: [round.input, round.secondInput],
    output: join(round.out, 'm.mp4'),
    ffmpeg: means.ffmpeg,
    partitions,
  };
  const child = startOsProcess(
    { program: process.execPath, args: [program, JSON.stringify(job)] },
    { stdin: 'ignore', shutdownMs: 0 },
  );
  let built = false;
  let stopped: string | undefined;
  const strike = async () => {
    await setTimeout(delayMs);
    if (child.osPid === undefined || built) return;
    try {
      process.kill(child.osPid, signal);
      round.struck = true;
    } catch {
      // It has ended.
    }
  };
  let striking = Promise.resolve();
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const told: BuildLine = JSON.parse(line);
      if (told.type === 'stage' && told.stage === stage) striking = strike();
      if (told.type === 'built') built = told.ok;
      if (told.type === 'stopped') stopped = told.report;
    }
  })();
  try {
    const exit = await within(60_000, 'the child Node', child.exited);
    await striking;
    await reading.catch(() => undefined);
    if (signal !== 'SIGKILL')
      mustHold(stopped !== undefined, `it ended without a shutdown: ${JSON.stringify(exit)}`);
    return { built, exit };
  } finally {
    await child.stop();
  }
};

const checkExit = (round: Round, { signal, exitCode }: ChildFault, exit: OsExit, built: boolean): void => {
  round.ending = built ? 'completed' : 'died';
  if (built) round.struck = false;
  if (built || !round.struck) return;
  mustHold(
    exitCode === undefined
      ? exit.kind === 'signalled' && exit.signal === signal
      : exit.kind === 'exited' && exit.exitCode === exitCode,
    `after ${signal} it ended with ${JSON.stringify(exit)}, not as expected (code ${exitCode ?? 'none'})`,
  );
};
