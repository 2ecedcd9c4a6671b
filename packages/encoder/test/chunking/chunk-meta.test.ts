import { describe, expect, test } from '@jest/globals';
import { metaOf } from '../../src/chunking/chunk-meta.js';
import { type ArchiveChunk, type PlacedChunk, placedChunk } from '../../src/index.js';

const full: ArchiveChunk = {
  text: 'Bees.',
  source: 'notes/a.md',
  start: 12,
  lines: [3, 4],
  headings: ['A', 'B'],
  page: 2,
  metadata: { year: 1984, draft: false, tag: 'x' },
};

describe('what the video keeps of a chunk', () => {
  test('comes back as it went in, with the end', () => {
    expect(placedChunk({ id: 7, text: full.text, ...metaOf(full) })).toEqual({ ...full, id: 7, end: 17 });
  });

  test('is nothing where there is nothing to say', () => {
    const bare = { text: 'x', source: '', start: 0, headings: [], metadata: {} };
    expect(metaOf(bare)).toEqual({});
    expect(placedChunk({ id: 0, text: 'x' })).toEqual({ ...bare, id: 0, end: 1 });
  });

  test.each<[string, unknown, Partial<PlacedChunk>]>([
    ['source', 5, { source: '' }],
    ['start', -1, { start: 0 }],
    ['lines', [0], {}],
    ['headings', 'A', { headings: [] }],
    ['page', 'iv', {}],
    ['metadata', [], { metadata: {} }],
  ])("another writer's %s of %j counts as not there", (name, value, expected) => {
    const placed = placedChunk({ id: 0, text: 'x', meta: { [name]: value as string } });
    expect(placed).toMatchObject(expected);
    if (Object.keys(expected).length === 0) expect(placed).not.toHaveProperty(name);
  });
});
