import { join } from 'node:path';
import * as z from 'zod';
import { EmbeddingError } from '../failure.js';
import { checkWith } from './check-with.js';
import type { Pooling } from './model-folder.js';
import { readJson } from './read-json.js';

const schema = z.looseObject({ pooling_mode: z.string().optional() });

const modes: Readonly<Record<string, Pooling>> = {
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_cls_token: 'cls',
  pooling_mode_max_tokens: 'max',
};

/** The pooling that `1_Pooling/config.json` asks for; undefined where there is no such file. */
export const poolingOf = async (folder: string): Promise<Pooling | undefined> => {
  const config = await readJson(folder, join('1_Pooling', 'config.json'), checkWith(schema));
  if (config === undefined) return undefined;
  const chosen =
    config.pooling_mode !== undefined
      ? [`pooling_mode_${config.pooling_mode}_${config.pooling_mode === 'cls' ? 'token' : 'tokens'}`]
      : Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
  const [only] = chosen;
  const pooling = chosen.length === 1 && only !== undefined ? modes[only] : undefined;
  if (pooling === undefined)
    throw new EmbeddingError({
      kind: 'model_unsupported',
      path: join(folder, '1_Pooling', 'config.json'),
      detail: `it asks for ${chosen.join(' and ') || 'no pooling'}; mean, cls and max are computed here, one at a time`,
    });
  return pooling;
};
