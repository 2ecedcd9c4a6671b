import { describe, expect, test } from '@jest/globals';
import { array, assert, integer, property } from 'fast-check';
import { RestartIntensity } from '../../src/supervision/restart-intensity.js';

describe('the restart budget', () => {
  test('of 0 allows no restart', () => {
    expect(new RestartIntensity(0, 5).spend(0, 'a')).toBe(false);
  });

  test('of 3 in 5 s allows three at once and not a fourth', () => {
    const budget = new RestartIntensity(3, 5);
    expect([0, 0, 0, 0].map((now) => budget.spend(now, 'a'))).toEqual([true, true, true, false]);
  });

  test('counts a restart until maxSeconds ticks of the second have passed, as OTP does', () => {
    const budget = new RestartIntensity(1, 1);
    budget.spend(1999, 'a');
    expect(budget.spend(2000, 'a')).toBe(false);
    const later = new RestartIntensity(1, 1);
    later.spend(1000, 'a');
    expect(later.spend(2999, 'a')).toBe(false);
    const latest = new RestartIntensity(1, 1);
    latest.spend(1999, 'a');
    expect(latest.spend(3000, 'a')).toBe(true);
  });

  test('names those who spent it within the period, oldest first', () => {
    const budget = new RestartIntensity(2, 1);
    budget.spend(0, 'long ago');
    budget.spend(5000, 'b');
    budget.spend(5100, 'a');
    budget.spend(5200, 'b');
    expect(budget.spentBy).toEqual(['b', 'a', 'b']);
    expect(budget.count).toBe(3);
  });

  test('decides as the definition says, whatever the times', () => {
    const steps = array(integer({ min: 0, max: 2500 }), { maxLength: 300 });
    assert(
      property(integer({ min: 0, max: 50 }), integer({ min: 1, max: 6 }), steps, (max, seconds, gaps) => {
        const budget = new RestartIntensity(max, seconds);
        const spent: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          spent.push(Math.floor(now / 1000));
          const counted = spent.filter((then) => then >= Math.floor(now / 1000) - seconds).length;
          expect(budget.spend(now, spent.length)).toBe(counted <= max);
          expect(budget.count).toBe(counted);
          expect(budget.spentBy.at(-1)).toBe(spent.length);
        }
      }),
    );
  });
});
