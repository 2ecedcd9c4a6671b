// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
/** One candidate: a chunk's slot and how well it fits. */
export type Scored = { readonly slot: number; readonly score: number };

/**
 * The best `k` of what is offered, best first; equal scores in the order of their slots. Costs
 * one comparison for most of what does not make it, so it can be offered everything.
 */
export class TopK {
  readonly #limit: number;
  /** A heap with the worst of the kept on top. */
  readonly #slots: number[] = [];
  readonly #scores: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(slot: number, score: number): void {
    const size = this.#slots.length;
    if (size < this.#limit) {
      this.#slots.push(slot);
      this.#scores.push(score);
      this.#rise(size);
    } else if (size > 0 && this.#worse(this.#slots[0]!, this.#scores[0]!, slot, score)) {
      this.#slots[0] = slot;
      this.#scores[0] = score;
      this.#sink();
    }
  }

  /** What an offer has to exceed to be kept, or to equal in an earlier slot; `-Infinity` while there is room. */
  get least(): number {
    return this.#slots.length < this.#limit
      ? Number.NEGATIVE_INFINITY
      : (this.#scores[0] ?? Number.POSITIVE_INFINITY);
  }

  /** The best, in no order. */
  slots(): readonly number[] {
    return this.#slots;
  }

  /** Best first. */
  ranked(): Scored[] {
    return this.#slots
      .map((slot, at) => ({ slot, score: this.#scores[at]! }))
      .sort((a, b) => b.score - a.score || a.slot - b.slot);
  }

  #worse(slotA: number, scoreA: number, slotB: number, scoreB: number): boolean {
    return scoreA < scoreB || (scoreA === scoreB && slotA > slotB);
  }

  #worseAt(a: number, b: number): boolean {
    return this.#worse(this.#slots[a]!, this.#scores[a]!, this.#slots[b]!, this.#scores[b]!);
  }

  // By hand: taking arrays apart is slow until V8 has compiled it.
  #swap(a: number, b: number): void {
    const slot = this.#slots[a]!;
    const score = this.#scores[a]!;
    this.#slots[a] = this.#slots[b]!;
    this.#scores[a] = this.#scores[b]!;
    this.#slots[b] = slot;
    this.#scores[b] = score;
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#worseAt(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    const size = this.#slots.length;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      let worst = at;
      if (left < size && this.#worseAt(left, worst)) worst = left;
      if (left + 1 < size && this.#worseAt(left + 1, worst)) worst = left + 1;
      if (worst === at) return;
      this.#swap(at, worst);
      at = worst;
    }
  }
}
