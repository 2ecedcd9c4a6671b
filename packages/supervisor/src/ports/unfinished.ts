import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isOwnerGone, markPattern, ownMark } from './owner-mark.js';

/** File names end at 255 bytes; which target it is, is only for people. */
const nameBytes = 128;

const leftover = new RegExp(`^\\..+\\.unfinished-(${markPattern})-[0-9a-f]{8}(?:\\.[a-z]+)?$`);

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
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const [, owner] = (entry.isFile() && leftover.exec(entry.name)) || [];
    if (owner !== undefined && isOwnerGone(owner))
      await rm(join(folder, entry.name), { force: true }).catch(() => undefined);
  }
  const name = Buffer.from(basename(target))
    .subarray(0, nameBytes)
    .toString()
    .replace(/\ufffd$/, '');
  return join(folder, `.${name}.unfinished-${ownMark()}-${randomBytes(4).toString('hex')}`);
};
