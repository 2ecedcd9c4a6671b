/** Every way opening or using an embedder can fail, by `kind`. */
export type EmbeddingFailure =
  /** A model folder, or a file that a model needs, is not there. */
  | { readonly kind: 'model_missing'; readonly path: string }
  /** A file of the model can't be read as what it should be. */
  | { readonly kind: 'model_invalid'; readonly path: string; readonly detail: string }
  /** The model is sound but needs something this package does not do. */
  | { readonly kind: 'model_unsupported'; readonly path: string; readonly detail: string }
  /** The default model could not be laid out in the cache. */
  | { readonly kind: 'build_failed'; readonly folder: string; readonly detail: string }
  /** The hub could not be reached. Worth a retry with a network. */
  | {
      readonly kind: 'hub_unreachable';
      readonly model: string;
      readonly url: string;
      readonly detail: string;
    }
  /** The hub answered with an error. */
  | { readonly kind: 'hub_refused'; readonly model: string; readonly url: string; readonly status: number }
  /** What was downloaded is not what the hub announced. The file was discarded. */
  | {
      readonly kind: 'checksum_mismatch';
      readonly url: string;
      readonly expected: string;
      readonly actual: string;
    }
  /** The model threw while computing. */
  | { readonly kind: 'inference_failed'; readonly detail: string }
  /** The partition that held the request died. The next request meets a fresh one. */
  | { readonly kind: 'partition_died'; readonly partition: number; readonly reason: string }
  /** Partitions died faster than they may be restarted; the embedder has given up. */
  | { readonly kind: 'partitions_gave_up'; readonly restarts: number; readonly reason: string }
  /** The work took longer than it may. */
  | { readonly kind: 'timed_out'; readonly what: 'start' | 'request'; readonly timeoutMs: number }
  /** The embedder was closed. */
  | { readonly kind: 'closed' };

/** One sentence for people, saying what to do where something can be done. */
export const describeEmbeddingFailure = (failure: EmbeddingFailure): string => {
  switch (failure.kind) {
    case 'model_missing':
      return `No model at ${failure.path}: a model folder holds tokenizer.json, config.json and model.onnx (or onnx/model.onnx).`;
    case 'model_invalid':
      return `The model file ${failure.path} can't be used: ${failure.detail}.`;
    case 'model_unsupported':
      return `The model ${failure.path} is not supported: ${failure.detail}.`;
    case 'build_failed':
      return `The default model could not be built in ${failure.folder}: ${failure.detail}. Is the folder writable and the disk not full?`;
    case 'hub_unreachable':
      return `The model ${failure.model} is not in the cache and ${failure.url} can't be reached (${failure.detail}). Connect and try again, or give a local model folder.`;
    case 'hub_refused':
      return failure.status === 404 || failure.status === 401
        ? `The hub has no usable model ${failure.model} (${failure.url} answered ${failure.status}). Check its name, or give a token if it is private.`
        : `The hub answered ${failure.status} for ${failure.url} of the model ${failure.model}. Try again later.`;
    case 'checksum_mismatch':
      return `The download of ${failure.url} is damaged: sha256 ${failure.actual} instead of ${failure.expected}. Try again.`;
    case 'inference_failed':
      return `The model failed: ${failure.detail}.`;
    case 'partition_died':
      return `Embedding partition ${failure.partition} died while it held this request: ${failure.reason}.`;
    case 'partitions_gave_up':
      return `The embedding partitions kept dying (${failure.restarts} restarts): ${failure.reason}.`;
    case 'timed_out':
      return failure.what === 'start'
        ? `The embedding model did not start within ${failure.timeoutMs} ms.`
        : `The embedding request took longer than ${failure.timeoutMs} ms.`;
    case 'closed':
      return 'The embedder is closed.';
  } // no default: a new kind without a sentence fails the build
};

/** What a request to an embedder rejects with. `failure` is the reason, `message` its sentence. */
export class EmbeddingError extends Error {
  override readonly name = 'EmbeddingError';
  readonly failure: EmbeddingFailure;

  constructor(failure: EmbeddingFailure, options?: ErrorOptions) {
    super(describeEmbeddingFailure(failure), options);
    this.failure = failure;
  }
}

/** The message of anything thrown, in one line and without a full stop. */
export const detailOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).trim().replace(/\s+/g, ' ').replace(/\.$/, '');
