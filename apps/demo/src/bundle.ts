import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A bundle and what it was made of: {@link inputsFile} in the folder of bundles. */
export interface BundleInputs {
  /** Where it lies, in that folder. */
  readonly folder: string;
  /** By path, relative to that folder: size in bytes and time of the last change in milliseconds. */
  readonly files: { readonly [path: string]: readonly [size: number, changedMs: number] };
}

/** Written last, and in one step: a bundle that it does not name is not whole, or not the last. */
export const inputsFile = 'inputs.json';

/**
 * The URL of the program in a folder that `scripts/bundle.mjs` has written; `undefined` where there is none, or where one of
 * the files that it was made of has changed since. A few milliseconds for some 600 files.
 */
export const freshBundle = (folder: string): string | undefined => {
  try {
    const inputs: BundleInputs = JSON.parse(readFileSync(join(folder, inputsFile), 'utf8'));
    const program = join(folder, inputs.folder, 'main.js');
    for (const [path, [size, changedMs]] of Object.entries(inputs.files)) {
      const found = statSync(join(folder, path));
      if (found.size !== size || found.mtimeMs !== changedMs) return undefined;
    }
    return existsSync(program) ? pathToFileURL(program).href : undefined;
  } catch {
    // There is no list, or it is none of this program's, or a file of it is gone.
    return undefined;
  }
};
