import { writeSync } from 'node:fs';

/** Writes all of it where the file stands; a nearly full disk takes part of it, and says so at the next call. */
export const writeAll = (file: number, bytes: Uint8Array): void => {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
};
