// A partition: the program of a forked child process that holds one model and computes vectors.
import { serveParent } from '@memvisor/supervisor/child';
import { detailOf, EmbeddingError } from '../failure.js';
import { loadTextModel, type TextModel } from '../inference/text-model.js';
import type { Alive, PartitionReply, PartitionRequest } from './protocol.js';

const aliveEveryMs = 1000;

let model: TextModel | undefined;
let lastAliveMs = 0;

/** Lets messages in between two batches: a cancelled request ends here. */
const checkpoint = (signal: AbortSignal) => async (): Promise<void> => {
  if (performance.now() - lastAliveMs > aliveEveryMs) {
    lastAliveMs = performance.now();
    process.send?.({ type: 'alive' } satisfies Alive);
  }
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
};

const joined = (vectors: readonly Float32Array[], dimensions: number): Float32Array => {
  const all = new Float32Array(vectors.length * dimensions);
  for (const [i, vector] of vectors.entries()) all.set(vector, i * dimensions);
  return all;
};

const answer = async (request: PartitionRequest, signal: AbortSignal): Promise<PartitionReply> => {
  if (request.type === 'open') {
    model = await loadTextModel(request.model);
    return { type: 'opened', dimensions: model.dimensions };
  }
  if (model === undefined) throw new Error('asked before a model was opened');
  const { dimensions } = model;
  if (!request.windows) {
    const vectors = await model.embed(request.texts, checkpoint(signal));
    return { type: 'vectors', vectors: joined(vectors, dimensions), places: [] };
  }
  const windows = await model.embedWindows(request.texts, checkpoint(signal));
  const vectors = joined(
    windows.map(({ vector }) => vector),
    dimensions,
  );
  return { type: 'vectors', vectors, places: windows.map(({ vector: _, ...place }) => place) };
};

serveParent(async (request: PartitionRequest, { signal }): Promise<PartitionReply> => {
  try {
    return await answer(request, signal);
  } catch (error) {
    // As a value: an error would lose its `failure` on the way.
    const failure = error instanceof EmbeddingError ? error.failure : undefined;
    return { type: 'failed', failure: failure ?? { kind: 'inference_failed', detail: detailOf(error) } };
  }
});
