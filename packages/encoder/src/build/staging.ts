import { mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail, unwritable } from './build-error.js';
import { isOwnerGone, markPattern, ownMark } from './owner-mark.js';

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
  const folder: string = await mkdtemp(join(parent, `.${name}.building-${ownMark()}-`)).catch(refuse);
  const path = join(folder, basename(target));
  return {
    path,
    publish: async () => {
      await rename(path, target).catch(refuse);
      await syncFolder(parent);
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  };
};

const leftover = new RegExp(`^\\..+\\.building-(${markPattern})-[0-9A-Za-z]{6}$`);

/** Removes what processes left that were killed in the middle of a build. */
const removeLeftovers = async (parent: string): Promise<void> => {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const mark = entry.isDirectory() ? leftover.exec(entry.name)?.[1] : undefined;
    if (mark !== undefined && isOwnerGone(mark))
      await rm(join(parent, entry.name), { recursive: true, force: true }).catch(() => undefined);
  }
};

/** Makes a rename last; some systems can't open folders, and then it is as lasting as they make it. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
};
