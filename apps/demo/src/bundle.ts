import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a bundle was made of: in its folder, under {@link inputsFile}. */
export interface BundleInputs {
  /** By path, relative to the bundle's folder: size in bytes and time of the last change in milliseconds. */
  readonly files: { readonly [path: string]: readonly [size: number, changedMs: number] };
}

/** The list of {@link BundleInputs}, written last: a bundle without it is not whole. */
export const inputsFile = 'inputs.json';

/**
 * The URL of the program in a folder that `scripts/bundle.mjs` has written; `undefined` where there is none, or where one of
 * the files that it was made of has changed since. A few milliseconds for some 600 files.
 */
export const freshBundle = (folder: string): string | undefined => {
  let inputs: BundleInputs;
  try {
    inputs = JSON.parse(readFileSync(join(folder, inputsFile), 'utf8'));
  } catch {
    return undefined;
  }
  for (const [path, [size, changedMs]] of Object.entries(inputs.files)) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    if (found === undefined || found.size !== size || found.mtimeMs !== changedMs) return undefined;
  }
  return pathToFileURL(join(folder, 'main.js')).href;
};
