import type { Embedder } from '@memvisor/embedding';

/** Batches that may wait for the model at a time: enough to keep every partition busy. */
const mostBatches = 8;

/** How texts become vectors. */
export type EmbedQueueOptions = {
  readonly embedder: Embedder;
  /** Texts in a request. */
  readonly batchSize: number;
  /** One vector a text, or one a window of it. */
  readonly windows: 'mean' | 'best';
  readonly signal: AbortSignal;
  /** Told the number of texts that have their vectors. */
  readonly onEmbedded: (done: number) => void;
  /** Told of the first failure, once. */
  readonly onFailed: (error: unknown) => void;
};

/** Embeds texts in batches while others are read, and holds the reader back when too many wait. */
export class EmbedQueue {
  /** The vectors of each text, in the order of adding. */
  readonly vectors: Float32Array[][] = [];
  private batch: string[] = [];
  private firstOfBatch = 0;
  private readonly running = new Set<Promise<void>>();
  private done = 0;
  private failed: { readonly error: unknown } | undefined;

  constructor(private readonly options: EmbedQueueOptions) {}

  /** Adds a text; resolves when there is room for the next. Rejects with the first failure. */
  async add(text: string): Promise<void> {
    this.batch.push(text);
    if (this.batch.length >= this.options.batchSize) this.send();
    while (this.running.size >= mostBatches && this.failed === undefined) await Promise.race(this.running);
    this.throwFailure();
  }

  /** Resolves when every text has its vectors. Rejects with the first failure, when nothing runs any more. */
  async drain(): Promise<void> {
    if (this.batch.length > 0 && this.failed === undefined) this.send();
    while (this.running.size > 0) await Promise.all(this.running);
    this.throwFailure();
  }

  private throwFailure(): void {
    if (this.failed !== undefined) throw this.failed.error;
  }

  private send(): void {
    const texts = this.batch;
    const first = this.firstOfBatch;
    this.batch = [];
    this.firstOfBatch += texts.length;
    const request = this.embed(texts, first).then(
      () => {
        this.done += texts.length;
        this.options.onEmbedded(this.done);
      },
      (error: unknown) => {
        if (this.failed !== undefined) return;
        this.failed = { error };
        this.options.onFailed(error);
      },
    );
    const tracked = request.finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }

  private async embed(texts: readonly string[], first: number): Promise<void> {
    const { embedder, windows, signal } = this.options;
    if (windows === 'mean') {
      const vectors = await embedder.embed(texts, { signal });
      for (const [i, vector] of vectors.entries()) this.vectors[first + i] = [vector];
      return;
    }
    for (const i of texts.keys()) this.vectors[first + i] = [];
    for (const { textIndex, vector } of await embedder.embedWindows(texts, { signal }))
      this.vectors[first + textIndex]?.push(vector);
  }
}
