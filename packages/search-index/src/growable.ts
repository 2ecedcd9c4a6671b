/** A list of unsigned 32-bit numbers that grows by doubling: 4 bytes a value instead of an array's 8 and more. */
export class GrowableUint32 {
  #values = new Uint32Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) this.#grow(this.length + 1);
    this.#values[this.length] = value;
    this.length += 1;
  }

  append(values: ArrayLike<number>): void {
    const end = this.length + values.length;
    if (end > this.#values.length) this.#grow(end);
    this.#values.set(values, this.length);
    this.length = end;
  }

  /** The values so far, without a copy: valid until the next push. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }

  #grow(needed: number): void {
    const grown = new Uint32Array(Math.max(needed, this.#values.length * 2));
    grown.set(this.#values);
    this.#values = grown;
  }
}
