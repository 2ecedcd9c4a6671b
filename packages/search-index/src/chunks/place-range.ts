// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import type { ChunkTable } from './chunk-table.js';
import type { MetadataRange } from './filter.js';

/** The first and the last of a chunk's lines, pages or code units; the first is 0 where lines or pages are not known. */
type Span = (slot: number) => readonly [first: number, last: number, isKnown: boolean];

const spans: Readonly<Record<string, (chunks: ChunkTable) => Span>> = {
  page: (chunks) => {
    const { pages } = chunks.placeData();
    return (slot) => [pages[slot]!, pages[slot]!, pages[slot]! > 0];
  },
  line: (chunks) => {
    const { firstLines, moreLines } = chunks.placeData();
    return (slot) => [firstLines[slot]!, firstLines[slot]! + moreLines[slot]!, firstLines[slot]! > 0];
  },
  offset: (chunks) => {
    const { offsets, lengths } = chunks.data();
    return (slot) => [offsets[slot]!, offsets[slot]! + Math.max(0, lengths[slot]! - 1), true];
  },
};

/**
 * Whether a chunk's place touches a range; `undefined` for a name that no place has. A chunk whose place is not known
 * touches none.
 */
export const placeRange = (
  chunks: ChunkTable,
  name: string,
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: MetadataRange,
): ((slot: number) => boolean) | undefined => {
  const spanIn = Object.hasOwn(spans, name) ? spans[name] : undefined;
  if (spanIn === undefined) return undefined;
  if (typeof from !== 'number' || typeof to !== 'number') return () => false;
  const spanOf = spanIn(chunks);
  return (slot) => {
    const [first, last, isKnown] = spanOf(slot);
    return isKnown && last >= from && first <= to;
  };
};
