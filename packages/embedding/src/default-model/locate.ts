import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RequestError, startWorkerThread } from '@memvisor/supervisor';
import { detailOf, EmbeddingError } from '../failure.js';
import { defaultModelName, isBuilt } from './build.js';
import type { Precision } from './matrices.js';

/** Where a repository's set-up builds the model ahead of its first use. */
const builtAhead = fileURLToPath(new URL('../../../models', import.meta.url));

/**
 * The folder of the default model, which is built in the cache the first time it is asked for.
 *
 * @throws EmbeddingError `build_failed`.
 */
export const locateDefaultModel = async (precision: Precision, cacheFolder: string): Promise<string> => {
  for (const parent of [builtAhead, join(cacheFolder, 'models')]) {
    const folder = join(parent, defaultModelName(precision));
    if (await isBuilt(folder, precision)) return folder;
  }
  const folder = join(cacheFolder, 'models', defaultModelName(precision));
  const builder = startWorkerThread<object, boolean>(new URL('./build-thread.js', import.meta.url));
  try {
    await builder.request({ folder, precision });
    await access(folder);
    return folder;
  } catch (error) {
    const cause = error instanceof RequestError ? (error.cause ?? error) : error;
    const detail = detailOf(
      typeof cause === 'object' && cause !== null && 'message' in cause ? cause.message : error,
    );
    throw new EmbeddingError({ kind: 'build_failed', folder, detail }, { cause: error });
  } finally {
    await builder.stop();
  }
};
