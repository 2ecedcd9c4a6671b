import { defaultCacheFolder } from '../cache/folder.js';
import type { EmbeddingFailure } from '../failure.js';
import { openResult } from '../open-result.js';
import { locateDefaultModel } from './locate.js';
import type { Precision } from './matrices.js';

/**
 * Builds the default model ahead of its first use, for instance while making a container image. Does nothing
 * where it is built already.
 *
 * @param options `precision` as in `ModelOptions` (`'fp16'`), `cacheFolder` likewise.
 * @returns The model's folder, or why it could not be built.
 */
export const prepareDefaultModel = async (
  options: { readonly precision?: Precision; readonly cacheFolder?: string } = {},
): Promise<
  { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly failure: EmbeddingFailure }
> => {
  const { precision = 'fp16', cacheFolder = defaultCacheFolder() } = options;
  const located = await openResult(() => locateDefaultModel(precision, cacheFolder));
  return located.ok ? { ok: true, folder: located.embedder } : located;
};
