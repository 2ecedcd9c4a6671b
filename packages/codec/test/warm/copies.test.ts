import { describe, expect, test } from '@jest/globals';
import { Copies } from '../../src/warm/copies.js';

/** Sends pictures to a decoder that needs so many copies; how many had to be sent again, and how many copies went in all. */
const send = (copies: Copies, pictures: number, needed: number): { again: number; sent: number } => {
  const seen = { again: 0, sent: 0 };
  for (let picture = 0; picture < pictures; picture++) {
    seen.sent += copies.count;
    if (copies.count < needed) {
      seen.again += 1;
      copies.tooFew();
    } else copies.enough();
  }
  return seen;
};

describe('copies', () => {
  test('a decoder that hands out at once gets one of each', () => {
    expect(send(new Copies(), 100, 1)).toEqual({ again: 0, sent: 100 });
  });

  test('one that holds back gets as many as it needs, and is seldom tried with fewer', () => {
    const copies = new Copies();
    send(copies, 10_000, 2);
    const { again } = send(copies, 10_000, 2);
    expect(copies.count).toBe(2);
    expect(again).toBeLessThan(12);
    expect(again).toBeGreaterThan(0);
  });

  test('one that was only slow for a while comes back to one of each', () => {
    const copies = new Copies();
    for (let times = 0; times < 50; times++) copies.tooFew();
    expect(copies.count).toBe(4);
    send(copies, 48, 1);
    expect(copies.count).toBe(1);
    expect(send(copies, 100, 1)).toEqual({ again: 0, sent: 100 });
  });
});
