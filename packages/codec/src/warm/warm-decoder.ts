import type { OsProcess } from '@memvisor/supervisor';
import { Copies } from './copies.js';

/** A picture that takes longer is given up, and the decoder with it. A start under load takes a fifth of it. */
const patienceMs = 3000;
/** The first of all is lost. */
const copiesAtStart = 2;
/** One that has not come by then may be held back or lost. It is sent again, then after twice this time, and so on. */
const nudgeMs = 25;

/** Gray pixels; `stuck` where the decoder was given up because nothing came; `undefined` where it died over the picture. */
export type Decoded = Uint8Array | 'stuck' | undefined;

/**
 * A running ffmpeg that decodes one picture at a time. One that does not come is sent again, which pushes it out of a
 * decoder that holds one back; what comes again is known by being the same and dropped. So it needs no count of
 * how many a version of ffmpeg loses or holds back.
 */
export class WarmDecoder {
  readonly #process: OsProcess;
  readonly #pictureBytes: number;
  #turn: Promise<unknown> = Promise.resolve();
  #answer: ((decoded: Decoded) => void) | undefined;
  #partial: Uint8Array;
  #filled = 0;
  #last: { unit: Uint8Array; gray: Uint8Array } | undefined;
  #gone = false;
  readonly #copies = new Copies();

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

  /** The gray pixels of a picture that needs no other. */
  decode(unit: Uint8Array): Promise<Decoded> {
    const answer = this.#turn.then(() => this.#decode(unit));
    this.#turn = answer;
    return answer;
  }

  async #decode(unit: Uint8Array): Promise<Decoded> {
    if (this.#gone) return undefined;
    if (this.#last !== undefined && sameBytes(this.#last.unit, unit)) return this.#last.gray;
    const gray = await this.#ask(unit, this.#last === undefined ? copiesAtStart : this.#copies.count);
    if (gray instanceof Uint8Array) this.#last = { unit, gray };
    else {
      // What may still come would be taken for the answer to the next request.
      this.#gone = true;
      void this.#process.stop();
    }
    return gray;
  }

  #ask(unit: Uint8Array, times: number): Promise<Decoded> {
    return new Promise((resolve) => {
      let sentAgain = false;
      let timer: NodeJS.Timeout | undefined;
      let looking: NodeJS.Immediate | undefined;
      this.#answer = (picture) => {
        clearTimeout(timer);
        clearImmediate(looking);
        this.#answer = undefined;
        if (!sentAgain) this.#copies.enough();
        resolve(picture);
      };
      const waitFrom = (waitedMs: number, waitMs: number) => {
        timer = setTimeout(() => {
          // This thread may have been busy all the time: what lies there is read before it is asked for again.
          looking = setImmediate(() => {
            if (waitedMs + waitMs >= patienceMs) return this.#answer?.('stuck');
            void this.#process.write(unit);
            sentAgain = true;
            if (this.#last !== undefined) this.#copies.tooFew();
            waitFrom(waitedMs + waitMs, waitMs * 2);
          });
        }, waitMs);
      };
      waitFrom(0, nudgeMs);
      void this.#process.write(times === 1 ? unit : Buffer.concat(Array.from({ length: times }, () => unit)));
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
