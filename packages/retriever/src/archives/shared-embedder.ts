import type { Embedder } from '@memvisor/embedding';
import type { RetrieverResult } from '../failure.js';
import { openedEmbedder } from '../open.js';
import type { RetrieverOptions } from '../options.js';

/**
 * The embedder of several archives. A function that opens it is called once, by the first archive that has a use for it: it
 * costs nothing as long as none has vectors.
 */
export class SharedEmbedder {
  readonly isGiven: boolean;
  /** As each archive's retriever takes it. */
  readonly forEach: RetrieverOptions['embedder'];
  #isAskedFor: boolean;

  constructor(given: RetrieverOptions['embedder']) {
    this.isGiven = given !== undefined;
    this.#isAskedFor = this.isGiven && typeof given !== 'function';
    let opening: ReturnType<Extract<typeof given, () => unknown>> | undefined;
    this.forEach =
      typeof given !== 'function'
        ? given
        : () => {
            this.#isAskedFor = true;
            opening ??= given();
            return opening;
          };
  }

  /** Whether it is open, or being opened. */
  get isAskedFor(): boolean {
    return this.#isAskedFor;
  }

  /** Opens it, if nobody has yet. */
  opened(): Promise<RetrieverResult<Embedder | undefined>> {
    return openedEmbedder(this.forEach);
  }
}
