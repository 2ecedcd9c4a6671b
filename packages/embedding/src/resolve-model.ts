import { fileURLToPath } from 'node:url';
import { defaultCacheFolder } from './cache/folder.js';
import { locateDefaultModel } from './default-model/locate.js';
import { type ModelOptions, modelKind } from './embedder-options.js';
import { downloadModel } from './hub/download.js';
import type { ModelFolder } from './model-folder/model-folder.js';
import { readModelFolder } from './model-folder/read.js';

/** The folder behind the `model` option, built or downloaded if need be. Rejects with an EmbeddingError. */
export const resolveModel = async (options: ModelOptions): Promise<ModelFolder> => {
  options.signal?.throwIfAborted();
  const { model = 'use-lite', cacheFolder = defaultCacheFolder(), hub = {} } = options;
  if (model instanceof URL) return readModelFolder(fileURLToPath(model), options);
  switch (modelKind(model)) {
    case 'default': {
      const { precision = 'fp16', ...overrides } = options;
      return readModelFolder(await locateDefaultModel(precision, cacheFolder), {
        ...overrides,
        precision: undefined,
      });
    }
    case 'hub': {
      const folder = await downloadModel({
        model,
        baseUrl: (hub.baseUrl ?? (process.env.HF_ENDPOINT || 'https://huggingface.co')).replace(/\/+$/, ''),
        revision: hub.revision ?? 'main',
        token: hub.token ?? (process.env.HF_TOKEN || undefined),
        idleTimeoutMs: hub.idleTimeoutMs ?? 30_000,
        precision: options.precision ?? 'fp32',
        cacheFolder,
        offline: options.offline ?? false,
        onProgress: options.onProgress,
        signal: options.signal,
      });
      return readModelFolder(folder, { ...options, name: model });
    }
    default:
      return readModelFolder(model, options);
  }
};
