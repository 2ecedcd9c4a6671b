import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Makes a folder complete or leaves it as it was. `write` fills a folder beside the target, which is renamed
 * when finished: no reader meets half a folder, and of two processes at once the second keeps the first's.
 *
 * @returns Whether the folder had to be written.
 */
export const installFolder = async (
  folder: string,
  isComplete: () => Promise<boolean>,
  write: (temporary: string) => Promise<void>,
): Promise<boolean> => {
  if (await isComplete()) return false;
  const parent = dirname(folder);
  const prefix = `.${basename(folder)}-`;
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent, prefix);
  // Not `mkdtemp`, whose folders are their owner's alone: who installs, as for an image, is often not who runs.
  const temporary = join(parent, `${prefix}${randomUUID()}`);
  await mkdir(temporary);
  try {
    await write(temporary);
    return await moveInto(temporary, folder, isComplete);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};

const abandonedAfterMs = 24 * 60 * 60 * 1000;

/** Removes what a killed process left long ago. A younger folder may still be written to. */
const removeAbandoned = async (parent: string, prefix: string): Promise<void> => {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    const ageMs = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (ageMs > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
};

const moveInto = async (
  temporary: string,
  folder: string,
  isComplete: () => Promise<boolean>,
): Promise<boolean> => {
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(temporary, folder);
      return true;
    } catch (error) {
      if (await isComplete()) return false;
      if (attempt === 3) throw error;
      // What lies there is damaged or of another version.
      await rm(folder, { recursive: true, force: true });
    }
  }
};

/** Writes a file and waits until the disk has it. */
export const writeSynced = async (path: string, content: Uint8Array | string): Promise<void> => {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
};
