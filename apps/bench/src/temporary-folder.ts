import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onExit } from 'signal-exit';

/** A folder among the system's temporary files. */
export interface TemporaryFolder {
  readonly path: string;
  /** Removes it with all that is in it. */
  remove(): void;
}

/**
 * Makes a folder for what is measured. Where the process ends before it is removed, by an error, `process.exit` or a
 * signal that nobody else listens to, it is removed as well; only SIGKILL leaves it.
 *
 * @param what the end of its name: `memvisor-<what>-…`
 */
export const temporaryFolder = (what: string): TemporaryFolder => {
  const path = mkdtempSync(join(tmpdir(), `memvisor-${what}-`));
  const removeNow = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  // Last: those that write into it are ended before.
  const forget = onExit(removeNow, { alwaysLast: true });
  return {
    path,
    remove: () => {
      removeNow();
      forget();
    },
  };
};

/** Such a folder for as long as the work takes. */
export const inTemporaryFolder = async <Result>(
  what: string,
  work: (path: string) => Promise<Result>,
): Promise<Result> => {
  const folder = temporaryFolder(what);
  try {
    return await work(folder.path);
  } finally {
    folder.remove();
  }
};
