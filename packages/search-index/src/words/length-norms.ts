/** How many ways to count a length are kept: a search uses two. */
const kept = 4;

type Norm = { readonly of: readonly number[]; readonly values: Float64Array };

/** BM25's part for the lengths of chunks, kept for the next search of the same collection. */
export class LengthNorms {
  readonly #lengths: Uint32Array;
  /** The last used first. */
  #norms: readonly Norm[] = [];

  constructor(lengths: Uint32Array) {
    this.#lengths = lengths;
  }

  /** By slot, how many repeats of a word are worth half of what they can be. */
  of(k1: number, b: number, averageLength: number): Float64Array {
    const wanted = [k1, b, averageLength];
    const known = this.#norms.find(({ of }) => of.every((value, at) => value === wanted[at]));
    const norm = known ?? {
      of: wanted,
      values: Float64Array.from(this.#lengths, (length) => k1 * (1 - b + (b * length) / averageLength)),
    };
    if (this.#norms[0] !== norm)
      this.#norms = [norm, ...this.#norms.filter((one) => one !== norm)].slice(0, kept);
    return norm.values;
  }
}
