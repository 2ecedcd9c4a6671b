/**
 * Waits for another program, but not for ever: when it neither takes nor gives anything for `timeoutMs` it is given
 * up, once.
 */
export class Patience {
  readonly #timeoutMs: number;
  readonly #giveUp: () => void;
  readonly #progress: () => Promise<number | undefined>;
  #isOver = false;

  /**
   * @param progress a number that changes while the program gets on in other ways, such as the size of its output;
   * where it is given, up to twice the time passes
   */
  constructor(
    timeoutMs: number,
    giveUp: () => void,
    progress = async (): Promise<number | undefined> => undefined,
  ) {
    this.#timeoutMs = timeoutMs;
    this.#giveUp = giveUp;
    this.#progress = progress;
  }

  /** Whether it has given up. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The promise; what it waits for is given up when that takes too long without progress. */
  async of<Value>(promise: Promise<Value>): Promise<Value> {
    let settled = false;
    let timer: NodeJS.Timeout | undefined;
    let seen: number | undefined;
    const wait = () => {
      timer = setTimeout(async () => {
        const now = await this.#progress();
        if (settled) return;
        if (now !== seen) {
          seen = now;
          return wait();
        }
        this.#isOver = true;
        this.#giveUp();
      }, this.#timeoutMs);
    };
    wait();
    try {
      return await promise;
    } finally {
      settled = true;
      clearTimeout(timer);
    }
  }

  /** The same stream; each of its parts is waited for. */
  async *reading<Part>(source: AsyncIterable<Part>): AsyncGenerator<Part, void, undefined> {
    const parts = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const part = await this.of(parts.next());
        if (part.done === true) return;
        yield part.value;
      }
    } finally {
      await parts.return?.();
    }
  }
}
