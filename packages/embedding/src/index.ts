// Opening and using an embedder.

// What can go wrong.
export { OptionError } from '@memvisor/supervisor';
// Models.
export { defaultCacheFolder } from './cache/folder.js';
export type { Precision } from './default-model/matrices.js';
export { prepareDefaultModel } from './default-model/prepare.js';
export type { Embedder, EmbedOptions, ModelInfo, WindowVector } from './embedder.js';
export type { HubOptions, ModelOptions } from './embedder-options.js';
export { describeEmbeddingFailure, EmbeddingError, type EmbeddingFailure } from './failure.js';
export type { DownloadProgress } from './hub/download.js';
export { type LocalEmbedderOptions, openLocalEmbedder } from './local-embedder.js';
export type { Pooling } from './model-folder/model-folder.js';
export {
  type EmbedderOptions,
  openEmbedder,
  type PartitionedEmbedder,
  type PartitionInfo,
} from './open-embedder.js';
export type { OpenResult } from './open-result.js';
export type { ParentContext } from './partitions/supervise.js';
// Vectors of windows.
export { meanOfWindows } from './windows.js';
