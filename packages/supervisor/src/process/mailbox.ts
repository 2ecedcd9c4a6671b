/**
 * A first-in first-out queue of (tag, payload) pairs in one ring of slots: no object per message.
 * A process that has never received a message has none.
 */
export class Mailbox {
  private slots: unknown[] = new Array(16);
  private mask = 15;
  private head = 0;
  private tail = 0;
  /** Messages waiting. */
  length = 0;

  /** Adds a message; returns the ring's new capacity in messages when it had to grow, else 0. */
  push(tag: number, payload: unknown): number {
    const grown = this.length << 1 === this.mask + 1 ? this.grow() : 0;
    this.slots[this.tail] = tag;
    this.slots[this.tail + 1] = payload;
    this.tail = (this.tail + 2) & this.mask;
    this.length++;
    return grown;
  }

  /** The tag of the oldest message. Only when `length > 0`. */
  peekTag(): number {
    return this.slots[this.head] as number;
  }

  /** The payload of the oldest message. Only when `length > 0`. */
  peek(): unknown {
    return this.slots[this.head + 1];
  }

  /** Removes the oldest message and returns its payload. Only when `length > 0`. */
  shift(): unknown {
    const payload = this.slots[this.head + 1];
    this.slots[this.head + 1] = undefined;
    this.head = (this.head + 2) & this.mask;
    // A queue that has been large gives its memory back once it is empty.
    if (--this.length === 0 && this.mask > 4095) this.reset();
    return payload;
  }

  /** Calls back with every message, oldest first, without removing any. */
  forEach(visit: (tag: number, payload: unknown) => void): void {
    for (let i = 0, at = this.head; i < this.length; i++, at = (at + 2) & this.mask)
      visit(this.slots[at] as number, this.slots[at + 1]);
  }

  /** Removes the messages that `unwanted` says; the others keep their order. */
  remove(unwanted: (tag: number, payload: unknown) => boolean): void {
    for (let left = this.length; left > 0; left--) {
      const tag = this.peekTag();
      const payload = this.shift();
      if (!unwanted(tag, payload)) this.push(tag, payload);
    }
  }

  private reset(): void {
    this.slots = new Array(16);
    this.mask = 15;
    this.head = 0;
    this.tail = 0;
  }

  private grow(): number {
    const old = this.slots;
    const size = this.mask + 1;
    const next = new Array<unknown>(size * 2);
    for (let i = 0, at = this.head; i < size; i++, at = (at + 1) & this.mask) next[i] = old[at];
    this.slots = next;
    this.mask = size * 2 - 1;
    this.head = 0;
    this.tail = size;
    return size;
  }
}
