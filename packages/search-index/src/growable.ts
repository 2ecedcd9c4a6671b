type Numbers = Uint32Array | Float32Array;

/** A list of numbers that grows by doubling: 4 bytes a value instead of an array's 8 and more. */
class Growable<Values extends Numbers> {
  #values: Values;
  length = 0;

  constructor(private readonly allocate: (length: number) => Values) {
    this.#values = allocate(64);
  }

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
  view(): Values {
    return this.#values.subarray(0, this.length) as Values;
  }

  #grow(needed: number): void {
    const grown = this.allocate(Math.max(needed, this.#values.length * 2));
    grown.set(this.#values);
    this.#values = grown;
  }
}

/** Unsigned 32-bit numbers. */
export class GrowableUint32 extends Growable<Uint32Array> {
  constructor() {
    super((length) => new Uint32Array(length));
  }
}

/** 32-bit floats. */
export class GrowableFloat32 extends Growable<Float32Array> {
  constructor() {
    super((length) => new Float32Array(length));
  }
}
