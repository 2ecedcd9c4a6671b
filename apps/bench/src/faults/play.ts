import { rmSync } from 'node:fs';
import { describeEncoderFailure } from '@memvisor/encoder';
import { portsClosed } from '@memvisor/supervisor';
import { archiveFiles, strangersIn, verifyTexts } from './archive-state.js';
import { beginBuild, failureName, layFfmpeg } from './build.js';
import type { Ending, Fault } from './fault.js';
import { checkLeftovers, takeBaseline } from './leftovers.js';
import { unmount } from './machine.js';
import { randomMoment } from './moment.js';
import { layFolders, layInputs, layPrevious } from './previous.js';
import type { Round } from './round.js';
import { checkLiving, checkWords, startTree, stopTree } from './tree.js';
import { mustHold, within } from './violation.js';

/** Plays one round: a build that a fault strikes, a look at everything, and the same build again. */
export const play = async (round: Round, fault: Fault): Promise<void> => {
  const { means } = round;
  layFolders(round);
  let restored: Promise<unknown> | undefined;
  const restore = () => (restored ??= Promise.resolve(fault.restore?.(round)));
  try {
    process.env.TMPDIR = round.temporary;
    round.short = fault.partitions === true;
    if (fault.partitions === true) round.embedder = await means.partitions();
    const baseline = takeBaseline();
    layInputs(round);
    layPrevious(round);
    await struckBuild(round, fault);
    await stopTree(round);
    if (fault.takesFolder !== true && fault.leavesUntilNext !== true) await checkOutputs(round);
    await restore();
    await checkLeftovers(means, round.temporary, baseline);
    if (fault.takesFolder !== true) await checkArchive(round, fault);
    // Missed: another round is played for it.
    if (!round.struck) return;
    await buildAgain(round);
    await checkLeftovers(means, round.temporary, baseline);
  } finally {
    await restore();
    process.env.TMPDIR = means.folder;
    for (const mount of round.mounts.splice(0)) await unmount(mount);
    rmSync(round.folder, { recursive: true, force: true });
  }
};

const struckBuild = async (round: Round, fault: Fault): Promise<void> => {
  await fault.prepare?.(round);
  if (fault.ffmpeg !== undefined) round.ffmpegScript = fault.ffmpeg(round);
  if (round.ffmpegScript !== undefined) round.ffmpegPath = layFfmpeg(round, round.ffmpegScript);
  round.before = archiveFiles(round.out);
  const unsubscribe = await startTree(round, fault);
  try {
    const building = beginBuild(round, fault);
    building.catch(() => undefined);
    if (fault.strike === undefined) round.struck = true;
    else if (fault.ownMoment === true || (await randomMoment(round, fault)))
      await within(30_000, 'the fault', Promise.resolve(fault.strike(round)));
    round.outcome = await building;
    round.ending = endingOf(round);
    if (round.ending === 'completed' && fault.survivable !== true) round.struck = false;
    const why = failureName(round.outcome);
    if (why !== '') round.note += `, ${why}`;
    mustHold(fault.endings.includes(round.ending), `the build ${round.ending}: ${reasonOf(round)}`);
    if (round.ending === 'failed')
      mustHold(fault.failures?.test(why) === true, `it failed with ${why}: ${reasonOf(round)}`);
    else if (round.ending === 'died') checkWords(reasonOf(round));
    await checkLiving(round);
    await fault.check?.(round);
  } finally {
    unsubscribe();
  }
};

const endingOf = ({ outcome }: Round): Ending => {
  if (outcome?.type !== 'answered') return 'died';
  return outcome.result.ok ? 'completed' : 'failed';
};

const reasonOf = ({ outcome }: Round): string => {
  if (outcome?.type === 'rejected') return String((outcome.error as Error).message);
  return outcome?.type === 'answered' && !outcome.result.ok
    ? describeEncoderFailure(outcome.result.failure)
    : '';
};

/** Nothing that is not the archive stands beside it; after a kill the build clears up a moment later. */
const checkOutputs = async (round: Round): Promise<void> => {
  for (let tries = 0; strangersIn(round.out).length > 0 && tries < 400; tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const strangers = strangersIn(round.out);
  mustHold(strangers.length === 0, `beside the output there is ${strangers.join(', ')}`);
};

/** Either the archive of before, byte by byte, or a whole new one. */
const checkArchive = async (round: Round, fault: Fault): Promise<void> => {
  const now = archiveFiles(round.out);
  const { before } = round;
  if (round.ending === 'completed') {
    mustHold(
      now.video !== before.video && now.index !== before.index,
      'it was built, but the files are the old ones',
    );
    const texts = await verifyTexts(round.out);
    // What an input became while it was read is not known.
    if (!fault.name.startsWith('input_'))
      mustHold(texts === reference(round), 'the texts are not what was put in');
    return;
  }
  if (now.video !== before.video && now.index === before.index) {
    // Between the two renames: the new video is whole, and the old index is refused.
    round.note += ', between the renames';
    return;
  }
  mustHold(now.video === before.video, 'the previous video is not what it was');
  mustHold(now.index === before.index, 'the previous index is not what it was');
};

export const reference = ({ means, short }: Round): string | undefined =>
  short ? means.references.short : means.references.whole;

/** The same build, undisturbed: it succeeds, clears up what could not be removed, and gives the same texts. */
export const buildAgain = async (round: Round): Promise<void> => {
  layInputs(round);
  round.ffmpegPath = round.means.ffmpeg;
  round.stopWithinMs = undefined;
  round.events.length = 0;
  const unsubscribe = await startTree(round, undefined);
  try {
    round.outcome = await beginBuild(round);
    mustHold(endingOf(round) === 'completed', `the same build again: ${reasonOf(round)}`);
    await stopTree(round);
    mustHold((await verifyTexts(round.out)) === reference(round), 'the same build again gave other texts');
    await checkOutputs(round);
  } finally {
    unsubscribe();
    await stopTree(round);
  }
};

/** A clean build of the previous archive, and one of each text: what all rounds are held against. */
export const layReferences = async (round: Round): Promise<void> => {
  const { means } = round;
  layFolders(round);
  for (const short of [true, false]) {
    round.short = short;
    layInputs(round);
    await startTree(round, undefined);
    round.outcome = await beginBuild(round);
    mustHold(endingOf(round) === 'completed', `a build without any fault: ${reasonOf(round)}`);
    await stopTree(round);
    means.references[short ? 'short' : 'whole'] = await verifyTexts(round.out);
    if (short) means.keepPrevious(round.out);
  }
  await portsClosed();
  rmSync(round.folder, { recursive: true });
};
