// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import type { Metadata, MetadataValue } from './chunk.js';
import type { ChunkTable } from './chunk-table.js';
import { placeRange } from './place-range.js';

/**
 * Which chunks a search may answer with. All that is given must hold; within a list one must. Plain
 * data, so that it can be sent to another process.
 */
export type ChunkFilter = {
  /** Sources by their exact names. */
  readonly sources?: readonly string[] | undefined;
  /** Metadata by name: equal to the value, or to one of a list's, or holding it where the metadata is a list. */
  readonly metadata?: Readonly<Record<string, MetadataValue>> | undefined;
  /**
   * Numbers or strings (such as dates) in the metadata, both ends included. Where a chunk's metadata has no such name, `page`,
   * `line` and `offset` mean its place: the page that it is on (from 1), its lines (from 1) or its UTF-16 code units in
   * its source (from 0), of which one must be within the range.
   */
  readonly ranges?: Readonly<Record<string, MetadataRange>> | undefined;
  /** Frames, both ends included. */
  readonly frames?: { readonly from?: number | undefined; readonly to?: number | undefined } | undefined;
  /** Chunk ids. */
  readonly ids?: readonly number[] | undefined;
};

/** From and to, both included; a missing end is open. */
export type MetadataRange = {
  readonly from?: number | string | undefined;
  readonly to?: number | string | undefined;
};

/** The slots that a filter lets through. Each source and each distinct metadata is looked at once. */
export const allowedSlots = (chunks: ChunkTable, filter: ChunkFilter): Uint8Array => {
  const { ids, frames, sources, metadata, sourceNames } = chunks.data();
  const allowed = new Uint8Array(ids.length);
  const wantedSources = filter.sources && new Set(filter.sources);
  const wantedIds = filter.ids && new Set(filter.ids);
  const sourceMatches = sourceNames.map((name) => wantedSources?.has(name) ?? true);
  const marks = filter.metadata && Object.entries(filter.metadata);
  const matches = marks && chunks.distinctMetadata().map(metadataMatcher(marks));
  const ranges = Object.entries(filter.ranges ?? {}).map(([name, range]) => rangeCheck(chunks, name, range));
  for (let slot = 0; slot < allowed.length; slot += 1)
    if (
      (matches === undefined || matches[metadata[slot]!]) &&
      sourceMatches[sources[slot]!] &&
      (wantedIds?.has(ids[slot]!) ?? true) &&
      (filter.frames === undefined || within(frames[slot]!, filter.frames)) &&
      ranges.every((isWithin) => isWithin(slot))
    )
      allowed[slot] = 1;
  return allowed;
};

const markOf = (metadata: Metadata, name: string): MetadataValue | undefined =>
  Object.hasOwn(metadata, name) ? metadata[name] : undefined;

const metadataMatcher =
  (wanted: readonly (readonly [string, MetadataValue])[]): ((metadata: Metadata) => boolean) =>
  (metadata) =>
    wanted.every(([name, value]) => agrees(markOf(metadata, name), value));

/** A chunk's own mark of that name says more than its place. */
const rangeCheck = (chunks: ChunkTable, name: string, range: MetadataRange): ((slot: number) => boolean) => {
  const { metadata } = chunks.data();
  const standsIn = placeRange(chunks, name, range) ?? (() => false);
  const marked = chunks.distinctMetadata().map((marks): boolean | undefined => {
    const value = markOf(marks, name);
    if (value === undefined) return undefined;
    return (typeof value === 'number' || typeof value === 'string') && within(value, range);
  });
  return (slot) => marked[metadata[slot]!] ?? standsIn(slot);
};

const within = (value: number | string, { from, to }: MetadataRange): boolean =>
  (from === undefined || (typeof from === typeof value && value >= from)) &&
  (to === undefined || (typeof to === typeof value && value <= to));

const agrees = (found: MetadataValue | undefined, wanted: MetadataValue): boolean => {
  if (found === undefined) return false;
  if (Array.isArray(wanted)) return wanted.some((value) => agrees(found, value));
  if (Array.isArray(found)) return found.some((value) => agrees(value, wanted));
  return typeof found === 'object' && found !== null
    ? JSON.stringify(found) === JSON.stringify(wanted)
    : found === wanted;
};
