import { open, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unfinishedFolder } from '@memvisor/supervisor';
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
  const folder = await unfinishedFolder(target).catch(refuse);
  const path = join(folder.path, basename(target));
  return {
    path,
    publish: async () => {
      await rename(path, target).catch(refuse);
      await syncFolder(dirname(target));
    },
    discard: () => folder.remove(),
  };
};

/** Makes a rename last; some systems can't open folders, and then it is as lasting as they make it. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
};
