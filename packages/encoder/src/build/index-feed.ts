import type { Embedder } from '@memvisor/embedding';
import type { IndexWriter, UnplacedEntry } from '@memvisor/search-index';
import type { ArchiveChunk } from '../chunking/place-chunks.js';
import { fail, indexFailure } from './build-error.js';

/** Batches that the embedder has at a time: enough to keep every partition busy. */
const mostEmbedding = 8;

/** Batches that are under way at a time; those above `mostEmbedding` are the next, or wait for the index. */
const mostBatches = 16;

/** How chunks get into an index. */
export type IndexFeedOptions = {
  readonly embedder: Embedder;
  /** Where they go, which may still be starting. */
  readonly writer: Promise<IndexWriter>;
  /** How the index is called in a failure. */
  readonly target: string;
  /** Texts in a request to the embedder. */
  readonly batchSize: number;
  /** One vector a text, or one a window of it. */
  readonly windows: 'mean' | 'best';
  readonly signal: AbortSignal;
  /** Told the number of texts that have their vectors. */
  readonly onEmbedded: (done: number) => void;
  /** Told the number of chunks that are in the index. */
  readonly onIndexed: (done: number) => void;
  /** Told of the first failure, once. */
  readonly onFailed: (error: unknown) => void;
};

type Numbered = { readonly id: number; readonly chunk: ArchiveChunk };

/**
 * Embeds chunks in batches and sends them to the index in their order, while others are read. Holds the reader back when
 * too many are under way, so that memory never holds more than those.
 */
export class IndexFeed {
  #batch: Numbered[] = [];
  readonly #underWay = new Set<Promise<void>>();
  /** The last batches that went to the embedder; the next goes when the first of them is done. */
  readonly #embedding: Promise<unknown>[] = [];
  /** Batches enter the index one after the other. */
  #entered: Promise<void> = Promise.resolve();
  #embedded = 0;
  #failed: { readonly error: unknown } | undefined;

  constructor(private readonly options: IndexFeedOptions) {
    options.writer.catch((error: unknown) => this.#fail(error));
  }

  /** Adds a chunk; resolves when there is room for the next. Rejects with the first failure. */
  async add(id: number, chunk: ArchiveChunk): Promise<void> {
    this.#batch.push({ id, chunk });
    if (this.#batch.length >= this.options.batchSize) this.#send();
    while (this.#underWay.size >= mostBatches && this.#failed === undefined)
      await Promise.race(this.#underWay);
    this.#throwFailure();
  }

  /** Resolves when every chunk is in the index. Rejects with the first failure, when nothing runs any more. */
  async drain(): Promise<void> {
    if (this.#batch.length > 0 && this.#failed === undefined) this.#send();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failed !== undefined) throw this.#failed.error;
  }

  #send(): void {
    const batch = this.#batch;
    this.#batch = [];
    const before = this.#embedding.length < mostEmbedding ? undefined : this.#embedding.shift();
    const vectors = this.#embed(
      batch.map(({ chunk }) => chunk.text),
      before,
    );
    this.#embedding.push(vectors);
    // Waited for in its turn; until then a failure must not count as unhandled.
    vectors.catch(() => undefined);
    this.#entered = this.#entered.then(async () => this.#enter(batch, await vectors));
    const tracked: Promise<void> = this.#entered
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  #fail(error: unknown): void {
    if (this.#failed !== undefined) return;
    this.#failed = { error };
    this.options.onFailed(error);
  }

  async #embed(texts: readonly string[], before: Promise<unknown> | undefined): Promise<Float32Array[][]> {
    await before;
    const { embedder, windows, signal, onEmbedded } = this.options;
    const vectors: Float32Array[][] = texts.map(() => []);
    if (windows === 'mean')
      for (const [at, vector] of (await embedder.embed(texts, { signal })).entries()) vectors[at] = [vector];
    else
      for (const { textIndex, vector } of await embedder.embedWindows(texts, { signal }))
        vectors[textIndex]?.push(vector);
    this.#embedded += texts.length;
    onEmbedded(this.#embedded);
    return vectors;
  }

  async #enter(batch: readonly Numbered[], vectors: readonly Float32Array[][]): Promise<void> {
    const { target, onIndexed } = this.options;
    const writer = await this.options.writer;
    const added = await writer.add(batch.map((one, at) => entryOf(one, vectors[at] ?? [])));
    if (!added.ok) fail(indexFailure(added.failure, target));
    else onIndexed(added.size);
  }
}

const entryOf = ({ id, chunk }: Numbered, vectors: readonly Float32Array[]): UnplacedEntry => {
  const { text, source = '', start = 0, lines, headings, page, metadata } = chunk;
  return {
    id,
    text,
    source,
    offset: start,
    ...(lines === undefined ? {} : { lines }),
    ...(headings === undefined ? {} : { headings }),
    ...(page === undefined ? {} : { page }),
    ...(metadata === undefined ? {} : { metadata }),
    vectors,
  };
};
