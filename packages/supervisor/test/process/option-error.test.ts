import { describe, expect, test } from '@jest/globals';
import { OptionError } from '../../src/index.js';

describe('OptionError', () => {
  test.each<[what: string, value: unknown, shown: string]>([
    ['a text, in quotation marks', 'soon', '"soon"'],
    ['a number', Number.NaN, 'NaN'],
    ['nothing', undefined, 'undefined'],
    ['an object by its fields', { timeoutMs: 5, nested: { deep: 1 } }, '{ timeoutMs: 5, nested: [Object] }'],
    ['a function by its name', function later() {}, '[Function: later]'],
    ['a long list by its beginning', [1, 2, 3, 4, 5, 6, 7], '[ 1, 2, 3, 4, 5, ... 2 more items ]'],
  ])('shows %s', (_, value, shown) => {
    expect(new OptionError('timeoutMs', value, 'a number').message).toBe(
      `timeoutMs: expected a number, got ${shown}`,
    );
  });
});
