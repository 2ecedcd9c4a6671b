import { describe, expect, test } from '@jest/globals';
import { filterNotices, filterOf, rangePair, repeatable } from '../src/commands/search-filter.js';

describe('the filter of a command line', () => {
  test('without options there is none', () => {
    expect(filterOf({})).toBeUndefined();
  });

  test('sources are taken by their names, marks by their values', () => {
    const source = repeatable('b.md', repeatable('a.md'));
    expect(filterOf({ source, meta: { year: 1862, draft: true } })).toEqual({
      sources: ['a.md', 'b.md'],
      metadata: { year: 1862, draft: true },
    });
  });

  test.each([
    ['year=1860..1865', { from: 1860, to: 1865 }],
    ['year=1860..', { from: 1860 }],
    ['year=..-5', { to: -5 }],
    ['date=2024-05-01..2024-06', { from: '2024-05-01', to: '2024-06' }],
  ])('the range %s is %j', (pair, range) => {
    const [key = ''] = pair.split('=');
    expect(filterOf({ range: rangePair(pair) })).toEqual({ ranges: { [key]: range } });
  });

  test.each([
    ['year=5..3', [], '5 is above 3'],
    ['page=1...5', [], '1 is above 0.5'],
    ['date=2024-05..2024-04', [], '2024-05 is above 2024-04'],
    ['year=..3', ['year=1..'], 'year is given twice'],
  ])('the range %s after %j is refused', (text, before, says) => {
    expect(() => rangePair(text, before)).toThrow(says);
  });

  test('nothing found among what it lets through is told so', () => {
    expect(filterNotices({ source: ['a.md'] }, [])).toEqual([expect.stringContaining('--source')]);
    expect(filterNotices({ source: ['a.md'] }, [1])).toEqual([]);
    expect(filterNotices({}, [])).toEqual([]);
  });

  test.each(['year', 'year=', 'year=5', '=1..2', 'year=..'])('%s is no range', (text) => {
    expect(() => rangePair(text)).toThrow('Expected key=from..to');
  });
});
