import { join } from 'node:path';
import { z } from 'zod';
import { detailOf, EmbeddingError } from '../failure.js';
import type { ModelFolder } from '../model-folder/model-folder.js';
import { readJson } from '../model-folder/read.js';
import { libraryTokenizer } from './library.js';
import type { Tokenizer } from './tokenizer.js';
import { unigramTokenizer } from './unigram.js';

const objectSchema = z.looseObject({});
const unigramSchema = z.looseObject({
  model: z.looseObject({ vocab: z.array(z.tuple([z.string(), z.number()])) }),
});

/** The tokenizer of a model folder. Rejects with an EmbeddingError where it can't be used. */
export const loadTokenizer = async (model: ModelFolder): Promise<Tokenizer> => {
  const path = join(model.path, 'tokenizer.json');
  if (model.tokenizer === 'use-lite') {
    const json = await readJson(model.path, 'tokenizer.json', unigramSchema);
    if (json === undefined) throw new EmbeddingError({ kind: 'model_missing', path });
    return unigramTokenizer(json.model.vocab);
  }
  const json = await readJson(model.path, 'tokenizer.json', objectSchema);
  if (json === undefined) throw new EmbeddingError({ kind: 'model_missing', path });
  const config = (await readJson(model.path, 'tokenizer_config.json', objectSchema)) ?? {};
  try {
    return libraryTokenizer(json, config, model.padId);
  } catch (error) {
    throw new EmbeddingError({ kind: 'model_unsupported', path, detail: detailOf(error) }, { cause: error });
  }
};
