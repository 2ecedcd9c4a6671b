import type { CollectedItem } from '../build/job.js';
import type { ArchiveChunk } from '../chunking/place-chunks.js';

/** What was added, the last first: adding costs the same however much there is. */
export type Collected = {
  readonly item: CollectedItem;
  readonly before: Collected | undefined;
  /** Chunks up to here, those of sources not counted. */
  readonly chunkCount: number;
  /** Sources up to here. */
  readonly sourceCount: number;
};

export const collect = (before: Collected | undefined, item: CollectedItem): Collected => ({
  item,
  before,
  chunkCount: (before?.chunkCount ?? 0) + (item.type === 'chunks' ? item.chunks.length : 0),
  sourceCount: (before?.sourceCount ?? 0) + (item.type === 'source' ? 1 : 0),
});

/** The items, in the order of adding. */
export const itemsOf = (collected: Collected | undefined): CollectedItem[] => {
  const items: CollectedItem[] = [];
  for (let at = collected; at !== undefined; at = at.before) items.push(at.item);
  return items.reverse();
};

/** The chunks, in the order of adding; those of sources are not cut yet. */
export const chunksOf = (collected: Collected | undefined): ArchiveChunk[] =>
  itemsOf(collected).flatMap((item) => (item.type === 'chunks' ? item.chunks : []));
