/**
 * Reads a source before its values are asked for, so that what happens on the way (chunks go to the embedder) does not
 * wait until they are. Never more than `most` ahead, in units of `sizeOf`.
 */
export class ReadAhead<Value> implements AsyncIterable<Value> {
  readonly #waiting: Value[] = [];
  readonly #reading: Promise<void>;
  #size = 0;
  #isOver = false;
  #isClosed = false;
  #failed: { readonly error: unknown } | undefined;
  /** Wakes the reader or who asks: never do both sleep, for one waits for values and the other for room. */
  #wake = (): void => {};

  constructor(
    source: AsyncIterable<Value>,
    private readonly most: number,
    private readonly sizeOf: (value: Value) => number,
  ) {
    this.#reading = this.#read(source);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value, void, undefined> {
    for (;;) {
      while (this.#waiting.length === 0 && !this.#isOver) await this.#change();
      const value = this.#waiting.shift();
      if (value === undefined) break;
      this.#size -= this.sizeOf(value);
      this.#wake();
      yield value;
    }
    if (this.#failed !== undefined) throw this.#failed.error;
  }

  /** Ends the reading; resolves when the source is closed. What it throws then is nobody's concern. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#reading;
  }

  async #read(source: AsyncIterable<Value>): Promise<void> {
    try {
      for await (const value of source) {
        this.#waiting.push(value);
        this.#size += this.sizeOf(value);
        this.#wake();
        while (this.#size >= this.most && !this.#isClosed) await this.#change();
        if (this.#isClosed) break;
      }
    } catch (error) {
      this.#failed = { error };
    } finally {
      this.#isOver = true;
      this.#wake();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
