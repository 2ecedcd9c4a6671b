import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentFailure } from './failure.js';
import { formatOfName } from './formats.js';
import { systemFailure } from './text/decode.js';

/** How {@link findDocuments} goes about its search. */
export interface FindDocumentsOptions {
  /**
   * Called with each folder below the given one that can't be read, and why: what is in it is left out. Default: the
   * first such folder ends the search.
   */
  readonly onUnreadable?: (folder: string, failure: DocumentFailure) => void;
}

/** Gives what is in a folder, or rejects with what the system says. */
export type ReadFolder = (path: string) => Promise<readonly Dirent[]>;

/** {@link findDocuments} with another way to read a folder. */
export const findThrough =
  (readFolder: ReadFolder) =>
  async (folder: string, { onUnreadable }: FindDocumentsOptions = {}): Promise<string[]> => {
    const found: string[] = [];
    const entriesOf = (path: string) =>
      readFolder(path).catch((error: unknown) => {
        const refused = systemFailure(error);
        if (path === folder || onUnreadable === undefined) throw refused;
        onUnreadable(path, refused.failure);
        return [];
      });
    const walk = async (path: string): Promise<void> => {
      for (const entry of await entriesOf(path)) {
        const inner = join(path, entry.name);
        if (entry.isFile() && formatOfName(entry.name) !== undefined) found.push(inner);
        else if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
          await walk(inner);
      }
    };
    await walk(folder);
    return found.sort();
  };

/**
 * The files below a folder whose names tell a format, in the order of their names. Folders that are hidden (`.git`) or
 * `node_modules` are left out, and so are links.
 *
 * @throws {DocumentError} As a rejection, where the folder can't be read.
 * @example
 * for (const path of await findDocuments('notes')) console.log(path); // => notes/a.md …
 */
export const findDocuments: (folder: string, options?: FindDocumentsOptions) => Promise<string[]> =
  findThrough((path) => readdir(path, { withFileTypes: true }));
