import { type ErrorCorrection, maxPayloadBytes } from '../qr/symbol.js';

/** How the frames of an archive are protected; every parity frame says it, so that any one of them is enough. */
export type ParityPlan = {
  /** Frames protected: head, chunks and tail, numbered 0 to `frames` − 1. Parity frames follow. */
  readonly frames: number;
  /** Frame `n` belongs to group `n` mod `groups`: neighbours are in different groups, which takes bursts apart. */
  readonly groups: number;
  /** Parity frames of each group: so many of its frames may be lost, parity frames among them. */
  readonly checks: number;
};

/** With their parity frames no more than the 256 that the field has elements for. */
const mostMembers = 230;

/** Bytes of a parity frame's header. */
export const parityHeaderBytes = 26;

/** What a frame protected by parity may hold: a parity frame holds as much, and the length of what it stands for. */
export const protectedPayloadBytes = (errorCorrection: ErrorCorrection): number =>
  maxPayloadBytes[errorCorrection] - parityHeaderBytes - 2;

/**
 * The plan for so many frames. One group survives the loss of any 2 % of its frames and of 2 frames more. In several
 * groups chance decides how many fall on one: eight standard deviations above 2 % leave one archive of 100,000
 * frames in a million unsaved.
 */
export const planParity = (frames: number): ParityPlan => {
  const groups = Math.ceil(frames / mostMembers);
  const members = Math.ceil(frames / groups);
  const expected = members * 0.02;
  const checks = groups === 1 ? 2 + Math.ceil(expected) : Math.ceil(expected + 8 * Math.sqrt(expected));
  return { frames, groups, checks };
};

/** Whether a plan that a frame claims is one that can be computed with. */
export const isPlan = ({ frames, groups, checks }: ParityPlan): boolean =>
  frames > 0 && groups > 0 && groups <= frames && checks > 0 && Math.ceil(frames / groups) + checks <= 256;

/** Whether so many pictures can be what is left of a plan's frames: of those that lost half or more none comes back. */
export const isPlanOf = (plan: ParityPlan, pictures: number): boolean =>
  allFrames(plan) <= 2 * pictures + 512;

/** Protected frames of a group: in all groups as many, or one less in the later ones. */
export const membersOf = ({ frames, groups }: ParityPlan, group: number): number =>
  Math.floor((frames - group - 1) / groups) + 1;

/** Number of all frames, parity frames included. */
export const allFrames = ({ frames, groups, checks }: ParityPlan): number => frames + groups * checks;
