import type { WindowVector } from '../embedder.js';
import type { EmbeddingFailure } from '../failure.js';
import type { ModelFolder } from '../model-folder/model-folder.js';

/** What a partition is asked. */
export type PartitionRequest =
  | { readonly type: 'open'; readonly model: ModelFolder }
  | { readonly type: 'embed'; readonly texts: readonly string[]; readonly windows: boolean };

/** What it answers: vectors one after the other in one array, which is one copy between processes. */
export type PartitionReply =
  | { readonly type: 'opened'; readonly dimensions: number }
  | { readonly type: 'vectors'; readonly vectors: Float32Array; readonly places: readonly WindowPlace[] }
  | { readonly type: 'failed'; readonly failure: EmbeddingFailure };

/** Which window each vector is of; empty where there is one vector a text. */
export type WindowPlace = Omit<WindowVector, 'vector'>;

/** Sent now and then during long work, so that the parent can tell it from a hang. */
export type Alive = { readonly type: 'alive' };
