import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { markedName, removeLeftovers } from './leftovers.js';
import { ownMark } from './owner-mark.js';

/**
 * A path beside `target` for a file that is not complete yet, to be renamed when it is; hidden, and without an ending, which the
 * caller may add (`.` and small letters). It is marked as this process's: the next call for a file of the same folder
 * removes what processes left under such names that are gone, after SIGKILL or a power cut. What processes of
 * other machines and containers left stays: nothing is known of them.
 *
 * @example
 * const path = `${await unfinishedPath('notes.json')}.part`;
 * await writeFile(path, text);
 * await rename(path, 'notes.json');
 */
export const unfinishedPath = async (target: string): Promise<string> => {
  const folder = dirname(target);
  await removeLeftovers(folder, { kind: 'unfinished', is: 'file', rest: '[0-9a-f]{8}(?:\\.[a-z]+)?' });
  return join(folder, markedName(target, 'unfinished', randomBytes(4).toString('hex')));
};

/** A folder for what is not complete yet. */
export type UnfinishedFolder = {
  readonly path: string;
  /** Removes it with all that is in it. Never rejects: what the system refuses, the next call tries again. */
  remove(): Promise<void>;
};

/**
 * Makes a folder beside `target`, readable by its owner alone, for a program to write files into that are renamed when they
 * are complete. As with {@link unfinishedPath} it is hidden and marked, and the next call for a target in the same
 * folder removes what processes left that are gone, and what this one could not remove.
 *
 * @throws What `mkdir` throws, as a rejection.
 * @example
 * const folder = await unfinishedFolder('memory.mp4');
 * await record(join(folder.path, 'memory.mp4'));
 * await rename(join(folder.path, 'memory.mp4'), 'memory.mp4');
 * await folder.remove();
 */
export const unfinishedFolder = async (target: string): Promise<UnfinishedFolder> => {
  const parent = dirname(target);
  await removeLeftovers(parent, {
    kind: 'building',
    is: 'folder',
    rest: '([0-9a-f]{8})-[0-9A-Za-z]{6}',
    isOver: (path, owner, by) =>
      by === instance && owner === ownMark() ? !live.has(resolve(path)) : undefined,
  });
  const random = randomBytes(3).toString('hex');
  const path = join(parent, markedName(target, 'building', `${instance}-${random}`));
  // Before it is there: between its making and the next line of ours another call may look for leftovers.
  live.add(resolve(path));
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    live.delete(resolve(path));
    throw error;
  }
  return {
    path,
    remove: async () => {
      live.delete(resolve(path));
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    },
  };
};

/** Tells the folders of this thread from those of others in the same process. */
const instance = randomBytes(4).toString('hex');
const live = new Set<string>();
