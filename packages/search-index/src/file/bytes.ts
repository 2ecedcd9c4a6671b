/** Bytes that are not what the format says; caught where the section's name is known. */
export class DamagedBytes extends Error {}

/** Numbers one after the other, small ones in one byte: seven bits a byte, the highest says that more follow. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  /** @param roomFor bytes that it takes before it grows */
  constructor(roomFor = 1024) {
    this.#bytes = new Uint8Array(roomFor);
  }

  varint(value: number): void {
    if (this.#length + 5 > this.#bytes.length) this.#grow(5);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length] = (rest & 127) | 128;
      this.#length += 1;
      rest >>>= 7;
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(by: number): void {
    const grown = new Uint8Array(Math.max(this.#length + by, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads what a {@link ByteWriter} wrote. Trusts nothing: whatever does not fit throws {@link DamagedBytes}. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A number of at most 32 bits. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new DamagedBytes('cut off');
      this.#at += 1;
      // The fifth byte holds the last four bits.
      if (shift === 28 && byte > 15) throw new DamagedBytes('number too large');
      value = (value | ((byte & 127) << shift)) >>> 0;
      if (byte < 128) return value;
    }
    throw new DamagedBytes('number too long');
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at;
  }

  /** A number of things of which each takes at least a byte of what is left: bounded before anything is allocated. */
  count(): number {
    const value = this.varint();
    if (value > this.#bytes.length - this.#at) throw new DamagedBytes('count too large');
    return value;
  }

  /** Nothing may be left. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new DamagedBytes('bytes left over');
  }
}
