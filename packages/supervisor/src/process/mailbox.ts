/** Slots of a mailbox's first chunk: 8 messages, more than most ever hold. */
const firstSlots = 16;
/** Slots of further chunks: 256 messages. */
const chunkSlots = 512;
/** From this many messages on a mailbox tells of its growth, each time they double. */
const highWaterFrom = 1024;

/** Slots in pairs of tag and payload, and behind them the next chunk. */
type Chunk = unknown[];

/**
 * A first-in first-out queue of (tag, payload) pairs: no object per message. A process that has never
 * received a message has none.
 *
 * It is a list of chunks and not one growing ring: a ring of a million messages is copied twenty times while
 * it grows, and, being old by then, has each message that is put in noted down for the collector. A million
 * casts in one go take 240 ns each with a ring and 150 ns with chunks.
 */
export class Mailbox {
  private first: Chunk = new Array(firstSlots + 1);
  private last: Chunk = this.first;
  /** Where the oldest message is, in the first chunk. */
  private head = 0;
  /** Where the next one goes, in the last chunk. */
  private tail = 0;
  private mark = highWaterFrom;
  /** Messages waiting. */
  length = 0;

  /** Adds a message; returns the length when that has just come to the next high-water mark, else 0. */
  push(tag: number, payload: unknown): number {
    if (this.tail === this.last.length - 1) this.extend();
    const { last, tail } = this;
    last[tail] = tag;
    last[tail + 1] = payload;
    this.tail = tail + 2;
    if (++this.length !== this.mark) return 0;
    this.mark *= 2;
    return this.length;
  }

  /** The tag of the oldest message. Only when `length > 0`. */
  peekTag(): number {
    return this.first[this.head] as number;
  }

  /** The payload of the oldest message. Only when `length > 0`. */
  peek(): unknown {
    return this.first[this.head + 1];
  }

  /** Removes the oldest message and returns its payload. Only when `length > 0`. */
  shift(): unknown {
    const { first, head } = this;
    const payload = first[head + 1];
    first[head + 1] = undefined;
    this.head = head + 2;
    if (--this.length === 0) {
      this.head = 0;
      this.tail = 0;
      this.mark = highWaterFrom;
    } else if (head + 3 === first.length) {
      this.first = first[head + 2] as Chunk;
      this.head = 0;
    }
    return payload;
  }

  /** Calls back with every message, oldest first, without removing any. */
  forEach(visit: (tag: number, payload: unknown) => void): void {
    let chunk = this.first;
    for (let left = this.length, at = this.head; left > 0; left--, at += 2) {
      if (at === chunk.length - 1) {
        chunk = chunk[at] as Chunk;
        at = 0;
      }
      visit(chunk[at] as number, chunk[at + 1]);
    }
  }

  /** Whether a message of that tag waits. */
  holds(tag: number): boolean {
    let found = false;
    this.forEach((one) => {
      found ||= one === tag;
    });
    return found;
  }

  /** Removes the messages that `unwanted` says; the others keep their order. */
  remove(unwanted: (tag: number, payload: unknown) => boolean): void {
    for (let left = this.length; left > 0; left--) {
      const tag = this.peekTag();
      const payload = this.shift();
      if (!unwanted(tag, payload)) this.push(tag, payload);
    }
  }

  private extend(): void {
    const chunk: Chunk = new Array(chunkSlots + 1);
    this.last[this.last.length - 1] = chunk;
    this.last = chunk;
    this.tail = 0;
  }
}
