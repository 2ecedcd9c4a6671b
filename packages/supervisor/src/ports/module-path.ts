import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OptionError } from '../process/errors.js';

/** A module to run elsewhere: a `file:` URL, or an absolute path. Relative to what would be anybody's guess. */
export const checkModulePath = (modulePath: URL | string): string => {
  if (modulePath instanceof URL) {
    if (modulePath.protocol !== 'file:') throw new OptionError('modulePath', modulePath.href, 'a file: URL');
    return fileURLToPath(modulePath);
  }
  if (typeof modulePath !== 'string' || !isAbsolute(modulePath))
    throw new OptionError('modulePath', modulePath, 'a file: URL or an absolute path');
  return modulePath;
};
