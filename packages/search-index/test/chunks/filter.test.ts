import { describe, expect, test } from '@jest/globals';
import { ChunkTable } from '../../src/chunks/chunk-table.js';
import { allowedSlots } from '../../src/chunks/filter.js';
import type { Chunk, ChunkFilter } from '../../src/index.js';

const chunk: Chunk = {
  id: 7,
  frame: 3,
  source: 'a.md',
  offset: 0,
  length: 10,
  metadata: { year: 1999, tags: ['x', 'y'], date: '2020-05-01', draft: false, place: { town: 'Ulm' } },
};

const passesThrough = (filter: ChunkFilter, given: Chunk): boolean => {
  const chunks = new ChunkTable();
  chunks.add(given);
  return allowedSlots(chunks, filter)[0] === 1;
};

describe('allowedSlots', () => {
  test.each<[ChunkFilter, boolean]>([
    [{}, true],
    [{ sources: ['a.md', 'b.md'] }, true],
    [{ sources: ['A.md'] }, false],
    [{ sources: [] }, false],
    [{ ids: [7] }, true],
    [{ ids: [8] }, false],
    [{ frames: { from: 3, to: 3 } }, true],
    [{ frames: { from: 4 } }, false],
    [{ frames: { to: 2 } }, false],
    [{ metadata: { year: 1999 } }, true],
    [{ metadata: { year: '1999' } }, false],
    [{ metadata: { year: [1998, 1999] } }, true],
    [{ metadata: { tags: 'y' } }, true],
    [{ metadata: { tags: ['z', 'x'] } }, true],
    [{ metadata: { tags: 'z' } }, false],
    [{ metadata: { draft: false } }, true],
    [{ metadata: { place: { town: 'Ulm' } } }, true],
    [{ metadata: { missing: 1 } }, false],
    [{ metadata: { toString: 1 } }, false],
    [{ ranges: { year: { from: 1999, to: 1999 } } }, true],
    [{ ranges: { year: { from: 2000 } } }, false],
    [{ ranges: { date: { from: '2020-01-01', to: '2020-12-31' } } }, true],
    [{ ranges: { date: { from: 2020 } } }, false],
    [{ ranges: { missing: {} } }, false],
    [{ sources: ['a.md'], ids: [8] }, false],
  ])('%j: %s', (filter, passes) => {
    expect(passesThrough(filter, chunk)).toBe(passes);
  });

  test.each<[ChunkFilter['ranges'], boolean]>([
    [{ page: { from: 3, to: 5 } }, true],
    [{ page: { from: 4 } }, false],
    [{ page: { to: 2 } }, false],
    [{ page: { from: '3' } }, false],
    [{ line: { from: 12, to: 13 } }, true],
    [{ line: { to: 10 } }, true],
    [{ line: { to: 9 } }, false],
    [{ line: { from: 14 } }, true],
    [{ line: { from: 15 } }, false],
    [{ offset: { from: 109 } }, true],
    [{ offset: { from: 110 } }, false],
    [{ offset: { from: 0, to: 99 } }, false],
    [{ offset: { to: 100 }, page: { from: 3 } }, true],
    [{ offset: { to: 100 }, page: { from: 4 } }, false],
  ])('a place on page 3, lines 10 to 14, code units 100 to 109 is within %j: %s', (ranges, passes) => {
    const placed: Chunk = { ...chunk, offset: 100, page: 3, lines: [10, 14] };
    expect(passesThrough({ ranges }, placed)).toBe(passes);
  });

  test('a page of the metadata goes before that of the place, and a place that is not known is in no range', () => {
    const marked: Chunk = { ...chunk, page: 3, metadata: { page: 40, line: null } };
    expect(passesThrough({ ranges: { page: { from: 40 } } }, marked)).toBe(true);
    expect(passesThrough({ ranges: { page: { to: 3 } } }, marked)).toBe(false);
    expect(passesThrough({ ranges: { line: {} } }, { ...marked, lines: [1, 2] })).toBe(false);
    expect(passesThrough({ ranges: { page: { to: 3 } } }, chunk)).toBe(false);
    expect(passesThrough({ ranges: { line: { to: 3 } } }, chunk)).toBe(false);
  });

  test('a chunk without metadata has none of it', () => {
    const { metadata: _, ...plain } = chunk;
    expect(passesThrough({ metadata: { year: 1999 } }, plain)).toBe(false);
  });
});
