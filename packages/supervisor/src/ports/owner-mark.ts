import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A mark says which process something belongs to, in characters that fit into file names:
 * `<where>-<process number>-<since when>`. Process numbers are used again and mean something else on another machine
 * or in another container, so a mark holds both: where the number is valid, and when its process began.
 */
export type OwnerMark = string;

/** Of marks, for those who look for them in names. */
export const markPattern = '[0-9a-f]{8}-[0-9]+-[0-9a-f]{8}';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

const orNothing = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

/** The machine, and on Linux the space of process numbers in it. */
const here = (): string => digest(`${hostname()} ${orNothing(() => readlinkSync('/proc/self/ns/pid'))}`);

/** When a process began: differs for each that ever has its number. Where the system does not tell, always the same. */
const began = (pid: number): string => {
  const boot = orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  // After the name, which is in parentheses and may hold anything, the start time is the 20th field.
  const stat = orNothing(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return digest(`${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`);
};

/** The mark of this process. */
export const ownMark = (): OwnerMark => `${here()}-${process.pid}-${began(process.pid)}`;

/** Whether the process of a mark is known to be gone. Of one elsewhere nothing is known. */
export const isOwnerGone = (mark: OwnerMark): boolean => {
  const [where, pid, since] = mark.split('-');
  if (where !== here()) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return began(Number(pid)) !== since;
};
