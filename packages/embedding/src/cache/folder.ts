import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where models are kept when the `cacheFolder` option does not say: `MEMVISOR_CACHE` if set, else `memvisor`
 * in the platform's cache folder (`XDG_CACHE_HOME` or `~/.cache`; `~/Library/Caches` on macOS;
 * `%LOCALAPPDATA%` on Windows).
 */
export const defaultCacheFolder = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string => {
  if (environment.MEMVISOR_CACHE) return environment.MEMVISOR_CACHE;
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, 'memvisor');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'memvisor');
  if (platform === 'win32')
    return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'memvisor', 'Cache');
  return join(homedir(), '.cache', 'memvisor');
};
