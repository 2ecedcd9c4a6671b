import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatOfName } from './formats.js';
import { systemFailure } from './text/decode.js';

/**
 * The files below a folder whose names tell a format, in the order of their names. Folders that are hidden (`.git`) or
 * `node_modules` are left out, and so are links.
 *
 * @throws {DocumentError} As a rejection, where the folder can't be read.
 * @example
 * for (const path of await findDocuments('notes')) console.log(path); // => notes/a.md …
 */
export const findDocuments = async (folder: string): Promise<string[]> => {
  const found: string[] = [];
  const walk = async (path: string): Promise<void> => {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const inner = join(path, entry.name);
      if (entry.isFile() && formatOfName(entry.name) !== undefined) found.push(inner);
      else if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
        await walk(inner);
    }
  };
  try {
    await walk(folder);
  } catch (error) {
    throw systemFailure(error);
  }
  return found.sort();
};
