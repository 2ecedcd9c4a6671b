import type { Chunk, JsonObject } from '@memvisor/codec';
import * as z from 'zod';
import type { ArchiveChunk } from './place-chunks.js';

/** What the video keeps beside the text of a chunk; its end follows from its start and its length. */
export const metaOf = ({
  source = '',
  start = 0,
  lines,
  headings = [],
  page,
  metadata,
}: ArchiveChunk): { readonly meta?: JsonObject } => {
  const meta: JsonObject = {
    ...(source === '' ? {} : { source }),
    ...(start === 0 ? {} : { start }),
    ...(lines === undefined ? {} : { lines }),
    ...(headings.length === 0 ? {} : { headings }),
    ...(page === undefined ? {} : { page }),
    ...(metadata === undefined || Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
  return Object.keys(meta).length === 0 ? {} : { meta };
};

/** A chunk with all that its video knows about where it came from. */
export type PlacedChunk = {
  readonly id: number;
  readonly text: string;
  /** `''` where none was given. */
  readonly source: string;
  /** Where the chunk begins in the text of its source, in UTF-16 code units. */
  readonly start: number;
  /** One past its last code unit. */
  readonly end: number;
  /** The first and the last line that it is on, from 1. */
  readonly lines?: readonly [first: number, last: number];
  /** The headings above it, outermost first; empty where there are none. */
  readonly headings: readonly string[];
  /** The page that it is on, from 1. */
  readonly page?: number;
  /** The user's own. */
  readonly metadata: JsonObject;
};

const line = z.number().int().min(1);
/** Another writer's archive may hold anything: what is not what it should be counts as not there. */
const metaSchema = z.object({
  source: z.string().catch(''),
  start: z.number().int().min(0).catch(0),
  lines: z.tuple([line, line]).optional().catch(undefined),
  headings: z.array(z.string()).catch([]),
  page: line.optional().catch(undefined),
  metadata: z.record(z.string(), z.json()).catch({}),
});

/**
 * A chunk as it was read from a video, with its place spelled out: what `recoverArchive` gives, in the words that
 * results use.
 *
 * @example
 * const { source, lines } = placedChunk({ id: 0, text: 'Bees.', meta: { source: 'a.txt', lines: [1, 1] } });
 */
export const placedChunk = ({ id, text, meta }: Chunk): PlacedChunk => {
  const { source, start, lines, headings, page, metadata } = metaSchema.parse(meta ?? {});
  return {
    id,
    text,
    source,
    start,
    end: start + text.length,
    ...(lines === undefined ? {} : { lines }),
    headings,
    ...(page === undefined ? {} : { page }),
    metadata: metadata as JsonObject,
  };
};
