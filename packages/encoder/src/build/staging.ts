import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isOwnerGone, markPattern, ownMark } from '@memvisor/supervisor';
import { fail, unwritable } from './build-error.js';

/** A place beside a file that is not complete yet. */
export type Staging = {
  /** Where to write; it has the name of the target, and so its extension. */
  readonly path: string;
  /** Makes the file visible under its name; an existing file is replaced. */
  publish(): Promise<void>;
  /** Removes what is there. */
  discard(): Promise<void>;
};

/** Makes a folder beside the target, so that a place that can't be written is found before any work is done. */
export const stage = async (target: string): Promise<Staging> => {
  const refuse = (cause: unknown): never => fail(unwritable(target, cause));
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory() === true) refuse(new Error('it is a folder'));
  const parent = dirname(target);
  await removeLeftovers(parent);
  // File names end at 255 bytes; which target it is, is only for people.
  const name = Buffer.from(basename(target))
    .subarray(0, 128)
    .toString()
    .replace(/\ufffd$/, '');
  const random = randomBytes(3).toString('hex');
  const folder = join(parent, `.${name}.building-${ownMark()}-${instance}-${random}`);
  // Before it is there: between its making and the next line of ours another build may look for leftovers.
  live.add(resolve(folder));
  await mkdir(folder, { mode: 0o700 }).catch((cause: unknown) => {
    live.delete(resolve(folder));
    refuse(cause);
  });
  const path = join(folder, basename(target));
  return {
    path,
    publish: async () => {
      await rename(path, target).catch(refuse);
      await syncFolder(parent);
    },
    discard: async () => {
      live.delete(resolve(folder));
      // Where the system refuses that, the next build tries again.
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    },
  };
};

/** Tells the builds of this thread from those of others in the same process. */
const instance = randomBytes(4).toString('hex');
const live = new Set<string>();
const leftover = new RegExp(`^\\..+\\.building-(${markPattern})-([0-9a-f]{8})-[0-9A-Za-z]{6}$`);

/** Removes what was left by processes that were killed in the middle of a build, and what this one could not remove. */
const removeLeftovers = async (parent: string): Promise<void> => {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const [, owner, by] = (entry.isDirectory() && leftover.exec(entry.name)) || [];
    if (owner === undefined) continue;
    const folder = join(parent, entry.name);
    const isOver = by === instance && owner === ownMark() ? !live.has(resolve(folder)) : isOwnerGone(owner);
    if (isOver) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
};

/** Makes a rename last; some systems can't open folders, and then it is as lasting as they make it. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
};
