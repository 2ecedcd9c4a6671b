import { describe, expect, test } from '@jest/globals';
import { ReadAhead } from '../../src/build/read-ahead.js';

const turns = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Numbers from 1 on, and what happened to their source. */
const numbers = (end: number, fails = false) => {
  const seen = { read: 0, isClosed: false };
  async function* source() {
    try {
      for (let n = 1; n <= end; n++) {
        seen.read = n;
        yield n;
      }
      if (fails) throw new Error('the source broke');
    } finally {
      seen.isClosed = true;
    }
  }
  return { source: source(), seen };
};

const all = async <Value>(values: AsyncIterable<Value>): Promise<Value[]> => {
  const given: Value[] = [];
  for await (const value of values) given.push(value);
  return given;
};

describe('ReadAhead', () => {
  test('reads before it is asked, but no further than it may', async () => {
    const { source, seen } = numbers(100);
    const ahead = new ReadAhead(source, 10, () => 2);
    await turns();
    expect(seen.read).toBe(5);
    const iterator = ahead[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    await turns();
    expect(seen.read).toBe(6);
    await ahead.close();
    expect(seen).toEqual({ read: 6, isClosed: true });
  });

  test('gives every value in order', async () => {
    const { source, seen } = numbers(1000);
    const values = await all(new ReadAhead(source, 7, () => 1));
    expect(values).toEqual(Array.from({ length: 1000 }, (_, at) => at + 1));
    expect(seen.isClosed).toBe(true);
  });

  test('a failure comes after the values before it', async () => {
    const iterator = new ReadAhead(numbers(1, true).source, 10, () => 1)[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    await expect(iterator.next()).rejects.toThrow('the source broke');
  });

  test('a failure that nobody asked for is nobody’s concern', async () => {
    const ahead = new ReadAhead(numbers(1, true).source, 10, () => 1);
    await turns();
    await expect(ahead.close()).resolves.toBeUndefined();
  });

  test('who asks first waits for the first value', async () => {
    const { source } = numbers(2);
    expect(await all(new ReadAhead(source, 1, () => 1))).toEqual([1, 2]);
  });
});
