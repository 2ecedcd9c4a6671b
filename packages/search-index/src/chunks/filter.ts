// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import type { Metadata, MetadataValue } from './chunk.js';
import type { ChunkTable } from './chunk-table.js';

/**
 * Which chunks a search may answer with. All that is given must hold; within a list one must. Plain
 * data, so that it can be sent to another process.
 */
export type ChunkFilter = {
  /** Sources by their exact names. */
  readonly sources?: readonly string[] | undefined;
  /** Metadata by name: equal to the value, or to one of a list's, or holding it where the metadata is a list. */
  readonly metadata?: Readonly<Record<string, MetadataValue>> | undefined;
  /** Numbers or strings (such as dates) in the metadata, both ends included. */
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
  const marks = filter.metadata !== undefined || filter.ranges !== undefined;
  const matches = marks ? chunks.distinctMetadata().map(metadataMatcher(filter)) : undefined;
  for (let slot = 0; slot < allowed.length; slot += 1)
    if (
      (matches === undefined || matches[metadata[slot]!]) &&
      sourceMatches[sources[slot]!] &&
      (wantedIds?.has(ids[slot]!) ?? true) &&
      (filter.frames === undefined || within(frames[slot]!, filter.frames))
    )
      allowed[slot] = 1;
  return allowed;
};

const metadataMatcher = (filter: ChunkFilter): ((metadata: Metadata) => boolean) => {
  const wanted = Object.entries(filter.metadata ?? {});
  const ranges = Object.entries(filter.ranges ?? {});
  return (metadata) => {
    const marked = (name: string): MetadataValue | undefined =>
      Object.hasOwn(metadata, name) ? metadata[name] : undefined;
    return (
      wanted.every(([name, value]) => agrees(marked(name), value)) &&
      ranges.every(([name, range]) => {
        const value = marked(name);
        return (typeof value === 'number' || typeof value === 'string') && within(value, range);
      })
    );
  };
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
