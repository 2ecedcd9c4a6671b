import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { detailOf, EmbeddingError } from '../failure.js';

/**
 * A JSON file of a model folder, as `check` takes it; undefined where there is no such file.
 *
 * @throws EmbeddingError `model_invalid` where the file is no JSON or `check` throws.
 */
export const readJson = async <T>(
  folder: string,
  name: string,
  check: (value: unknown) => T,
): Promise<T | undefined> => {
  const path = join(folder, name);
  try {
    return check(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new EmbeddingError({ kind: 'model_invalid', path, detail: detailOf(error) }, { cause: error });
  }
};
