const fewest = 1;
const most = 4;
/** Answers after which one copy fewer is tried; twice as many each time that it proves too few. */
const firstBetweenTrials = 16;
const mostBetweenTrials = 1024;

/**
 * How often a picture is sent to a decoder. Most hand it out at once; some may hold each back until the next has come, and
 * to those it is sent more than once. A busy machine looks the same while it is busy, and each copy is decoded: so
 * now and then one fewer is tried.
 */
export class Copies {
  #count = fewest;
  #betweenTrials = firstBetweenTrials;
  #untilTrial = firstBetweenTrials;
  #trying = false;

  get count(): number {
    return this.#count;
  }

  /** A picture had to be sent again. */
  tooFew(): void {
    if (this.#trying) this.#betweenTrials = Math.min(mostBetweenTrials, this.#betweenTrials * 2);
    this.#trying = false;
    this.#untilTrial = this.#betweenTrials;
    this.#count = Math.min(most, this.#count + 1);
  }

  /** A picture came without being sent again. */
  enough(): void {
    this.#trying = false;
    if (this.#count === fewest) return;
    this.#untilTrial -= 1;
    if (this.#untilTrial > 0) return;
    this.#trying = true;
    this.#untilTrial = this.#betweenTrials;
    this.#count -= 1;
  }
}
