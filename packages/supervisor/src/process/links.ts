import type { Process } from './process.js';

/*
 * Links. A process's link to its parent, which nearly all have, is a flag on the process and its place in the
 * parent's list of those that it has started; every other link is an entry in a set on both sides.
 *
 * A set of all links would do, but a supervisor whose children come and go makes new tables for it again and
 * again, and an old table that the collector has come to take for long-lived keeps each dead child in it alive
 * until the next full collection: a third of the time of restarts (docs/decisions/0055-lists-of-children.md).
 */

/** Puts a new process that was started with a link at the end of its parent's list. */
export const tieToParent = (process: Process, parent: Process): void => {
  process.tied = true;
  const last = parent.youngest;
  process.older = last;
  if (last === undefined) parent.eldest = process;
  else last.younger = process;
  parent.youngest = process;
};

const untieFromParent = (process: Process, parent: Process): void => {
  const { older, younger } = process;
  if (older === undefined) parent.eldest = younger;
  else older.younger = younger;
  if (younger === undefined) parent.youngest = older;
  else younger.older = older;
  process.tied = false;
  process.older = undefined;
  process.younger = undefined;
};

const isTiedTo = (process: Process, other: Process): boolean => process.tied && process.parent === other;

const has = (process: Process, other: Process): boolean =>
  process.links instanceof Set ? process.links.has(other) : process.links === other;

export const isLinked = (process: Process, other: Process): boolean =>
  isTiedTo(process, other) || isTiedTo(other, process) || has(process, other);

/** Ties two live processes: when one ends, the other gets an exit signal. */
export const tie = (process: Process, other: Process): void => {
  if (process === other || isLinked(process, other)) return;
  add(process, other);
  add(other, process);
};

const add = (process: Process, other: Process): void => {
  if (process.links === undefined) process.links = other;
  else if (process.links instanceof Set) process.links.add(other);
  else process.links = new Set([process.links, other]);
};

/** Unties two processes. */
export const untie = (process: Process, other: Process): void => {
  if (isTiedTo(process, other)) untieFromParent(process, other);
  else if (isTiedTo(other, process)) untieFromParent(other, process);
  else {
    remove(process, other);
    remove(other, process);
  }
};

const remove = (process: Process, other: Process): void => {
  if (process.links instanceof Set) process.links.delete(other);
  else if (process.links === other) process.links = undefined;
};

/** Those a process is linked to: its parent, those it has started, oldest first, and the rest. */
export const linksOf = (process: Process): Process[] => {
  const linked: Process[] = [];
  if (process.tied && process.parent !== undefined) linked.push(process.parent);
  for (let child = process.eldest; child !== undefined; child = child.younger) linked.push(child);
  if (process.links instanceof Set) linked.push(...process.links);
  else if (process.links !== undefined) linked.push(process.links);
  return linked;
};

/** Whether a process is linked to any other. */
export const hasLinks = ({ tied, eldest, links }: Process): boolean =>
  tied || eldest !== undefined || (links instanceof Set ? links.size > 0 : links !== undefined);
