import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TopK } from '../src/top-k.js';

test('the kept are the first k of all, sorted by score and then by slot', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }),
      fc.nat({ max: 20 }),
      (scores, k) => {
        const best = new TopK(k);
        const order = scores.map((score, slot) => ({ slot, score }));
        // What does not exceed the least of the kept may as well not be offered, in the order of slots.
        for (const { slot, score } of order)
          if (score > best.least || slot % 2 === 0) best.offer(slot, score);
        expect(best.ranked()).toEqual(order.sort((a, b) => b.score - a.score || a.slot - b.slot).slice(0, k));
      },
    ),
  );
});
