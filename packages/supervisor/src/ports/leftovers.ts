import type { Dirent } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isOwnerGone, markPattern, ownMark } from './owner-mark.js';

/** File names end at 255 bytes; which target it is, is only for people. */
const nameBytes = 128;

/** A hidden name beside a target for what is not complete yet: with this process's mark, for others to know whose it is. */
export const markedName = (target: string, kind: string, rest: string): string => {
  const name = Buffer.from(basename(target))
    .subarray(0, nameBytes)
    .toString()
    .replace(/\ufffd$/, '');
  return `.${name}.${kind}-${ownMark()}-${rest}`;
};

/** How such names are known again. */
export type Leftovers = {
  /** Of the name behind its mark, as a regular expression in which each group is handed on. */
  readonly rest: string;
  readonly kind: string;
  readonly is: 'file' | 'folder';
  /** Whether one that a living process left is over nevertheless. Default: never. */
  readonly isOver?: (path: string, owner: string, ...groups: string[]) => boolean | undefined;
};

/**
 * Removes what processes left in a folder that are gone, after SIGKILL or a power cut. What processes of other machines
 * and containers left stays: nothing is known of them. Symbolic links are not followed.
 */
export const removeLeftovers = async (
  folder: string,
  { kind, rest, is, isOver }: Leftovers,
): Promise<void> => {
  const pattern = new RegExp(`^\\..+\\.${kind}-(${markPattern})-${rest}$`);
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const isKind = is === 'file' ? entry.isFile() : entry.isDirectory();
    const [, owner, ...groups] = (isKind && pattern.exec(entry.name)) || [];
    if (owner === undefined) continue;
    const path = join(folder, entry.name);
    // Where the system refuses that, the next one tries again.
    if (isOver?.(path, owner, ...groups) ?? isOwnerGone(owner))
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
};
