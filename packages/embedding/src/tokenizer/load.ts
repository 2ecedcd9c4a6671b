import { join } from 'node:path';
import { detailOf, EmbeddingError } from '../failure.js';
import type { ModelFolder } from '../model-folder/model-folder.js';
import { readJson } from '../model-folder/read-json.js';
import type { Tokenizer } from './tokenizer.js';
import { unigramTokenizer } from './unigram.js';

// No schema library here: this runs in every partition, which should start quickly.
const asObject = (value: unknown): object => {
  if (typeof value !== 'object' || value === null) throw new Error('it is no JSON object');
  return value;
};

type Unigram = { readonly model: { readonly vocab: readonly (readonly [string, number])[] } };

/** The tokenizer of a model folder. Rejects with an EmbeddingError where it can't be used. */
export const loadTokenizer = async (model: ModelFolder): Promise<Tokenizer> => {
  const path = join(model.path, 'tokenizer.json');
  const json = await readJson(model.path, 'tokenizer.json', asObject);
  if (json === undefined) throw new EmbeddingError({ kind: 'model_missing', path });
  const config = (await readJson(model.path, 'tokenizer_config.json', asObject)) ?? {};
  try {
    if (model.tokenizer === 'use-lite') return unigramTokenizer((json as Unigram).model.vocab);
    const { libraryTokenizer } = await import('./library.js');
    return libraryTokenizer(json, config, model.padId);
  } catch (error) {
    throw new EmbeddingError({ kind: 'model_unsupported', path, detail: detailOf(error) }, { cause: error });
  }
};
