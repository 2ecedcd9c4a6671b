import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unfinishedPath } from '@memvisor/supervisor/unfinished';
import { failToWrite } from '../codec-error.js';

/** A file that appears under its name only when complete. */
export type OutputFile = {
  /** Beside the target, so that the rename can not cross file systems. */
  readonly temporaryPath: string;
  /** A path for a second temporary file, removed with the first. */
  readonly spoolPath: string;
  /** Writes to disk and renames; an existing file is replaced. @returns its size in bytes */
  publish(): Promise<number>;
  /** Removes what is there if it was not published. */
  discard(): Promise<void>;
};

/**
 * Creates the temporary file, so that an unwritable place is found before any work is done. Removes those that killed processes
 * left beside it.
 */
export const createOutputFile = async (path: string): Promise<OutputFile> => {
  const unwritable = (cause: unknown) => failToWrite(path, cause);
  const target = await stat(path).catch(() => undefined);
  if (target?.isDirectory() === true) return unwritable(new Error('it is a folder'));
  const stem = await unfinishedPath(path);
  const temporaryPath = `${stem}.partial`;
  const spoolPath = `${stem}.spool`;
  let published = false;
  await open(temporaryPath, 'wx').then((file) => file.close(), unwritable);
  return {
    temporaryPath,
    spoolPath,
    publish: async () => {
      try {
        const size = await sync(temporaryPath);
        await rename(temporaryPath, path);
        published = true;
        await sync(dirname(path)).catch(() => {}); // not every file system can
        return size;
      } catch (cause) {
        return unwritable(cause);
      }
    },
    discard: async () => {
      // Where the folder itself is gone or forbids it, there is nothing more to do.
      await rm(spoolPath, { force: true }).catch(() => {});
      if (!published) await rm(temporaryPath, { force: true }).catch(() => {});
    },
  };
};

const sync = async (path: string): Promise<number> => {
  const file = await open(path, 'r');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
};
