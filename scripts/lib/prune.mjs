import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const compiled = /^(?<name>.+?)(?:\.d)?\.(?<kind>[cm]?)[jt]s(?:\.map)?$/;

/**
 * Removes what was compiled from files that are gone: the compiler leaves it, and jest would go on running the tests in it.
 *
 * @returns how many files
 */
export const pruneCompiled = (folder) => {
  let removed = 0;
  for (const part of ['src', 'test', 'examples']) {
    const place = join(folder, 'dist', part);
    if (!existsSync(place)) continue;
    for (const entry of readdirSync(place, { recursive: true })) {
      const { name, kind } = compiled.exec(entry)?.groups ?? {};
      if (name === undefined || existsSync(join(folder, part, `${name}.${kind}ts`))) continue;
      rmSync(join(place, entry));
      removed += 1;
    }
  }
  return removed;
};
