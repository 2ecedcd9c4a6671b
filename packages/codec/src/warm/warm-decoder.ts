import type { OsProcess } from '@memvisor/supervisor';

/** A picture that takes longer is given up, and the decoder with it. A start under load takes a fifth of it. */
const patienceMs = 3000;
/** Most hand out a picture at once, but lose the first of all; some may hold each back until the next has come. */
const fewestCopies = 1;
const mostCopies = 4;
const copiesAtStart = 2;
/** Now and then one is lost where the stream is cut into reads. It is sent again after this time, then twice it, and so on. */
const nudgeMs = 25;

/**
 * A running ffmpeg that decodes one picture at a time. One that does not come is sent again, which pushes it out of a
 * decoder that holds one back; what comes again is known by being the same and dropped. So it needs no count of
 * how many a version of ffmpeg loses or holds back.
 */
export class WarmDecoder {
  readonly #process: OsProcess;
  readonly #pictureBytes: number;
  #turn: Promise<unknown> = Promise.resolve();
  #answer: ((gray: Uint8Array | undefined) => void) | undefined;
  #partial: Uint8Array;
  #filled = 0;
  #last: { unit: Uint8Array; gray: Uint8Array } | undefined;
  #gone = false;
  /** One more each time that so many were not enough: a decoder may come to hold back more than it did. */
  #copies = fewestCopies;

  constructor(process: OsProcess, pictureBytes: number) {
    this.#process = process;
    this.#pictureBytes = pictureBytes;
    this.#partial = new Uint8Array(pictureBytes);
    process.stdout.on('data', (bytes: Uint8Array) => this.#receive(bytes));
    process.stdout.on('error', () => {}); // closed early when it is ended; `exited` tells
    void process.exited.then(() => {
      this.#gone = true;
      this.#answer?.(undefined);
    });
  }

  /** Whether it takes no more pictures. */
  get gone(): boolean {
    return this.#gone;
  }

  /** The gray pixels of a picture that needs no other, or `undefined` when the decoder died over it. */
  decode(unit: Uint8Array): Promise<Uint8Array | undefined> {
    const answer = this.#turn.then(() => this.#decode(unit));
    this.#turn = answer;
    return answer;
  }

  async #decode(unit: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#gone) return undefined;
    if (this.#last !== undefined && sameBytes(this.#last.unit, unit)) return this.#last.gray;
    const gray = await this.#ask(unit, this.#last === undefined ? copiesAtStart : this.#copies);
    if (gray !== undefined) this.#last = { unit, gray };
    else {
      // What may still come would be taken for the answer to the next request.
      this.#gone = true;
      void this.#process.stop();
    }
    return gray;
  }

  #ask(unit: Uint8Array, times: number): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      this.#answer = (picture) => {
        clearTimeout(timer);
        this.#answer = undefined;
        resolve(picture);
      };
      const waitFrom = (waitedMs: number, waitMs: number) => {
        timer = setTimeout(() => {
          if (waitedMs + waitMs >= patienceMs) return this.#answer?.(undefined);
          void this.#process.write(unit);
          if (this.#last !== undefined) this.#copies = Math.min(mostCopies, this.#copies + 1);
          waitFrom(waitedMs + waitMs, waitMs * 2);
        }, waitMs);
      };
      waitFrom(0, nudgeMs);
      void this.#process.write(Buffer.concat(Array.from({ length: times }, () => unit)));
    });
  }

  #receive(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + this.#pictureBytes - this.#filled);
      this.#partial.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#pictureBytes) continue;
      const picture = this.#partial;
      this.#partial = new Uint8Array(this.#pictureBytes);
      this.#filled = 0;
      if (this.#last === undefined || !sameBytes(this.#last.gray, picture)) this.#answer?.(picture);
    }
  }
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
