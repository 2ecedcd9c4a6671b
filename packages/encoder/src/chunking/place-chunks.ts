import type { JsonObject } from '@memvisor/codec';
import type { TextChunk } from './text-chunk.js';

/** A chunk as it goes into an archive: its text, and where that came from. */
export type ArchiveChunk = {
  readonly text: string;
  /** Where the text came from, such as a path. @defaultValue `''` */
  readonly source?: string;
  /** Where the chunk begins in its source, in UTF-16 code units. @defaultValue `0` */
  readonly offset?: number;
  /** Facts to search by and to show, kept in the video and in the index. */
  readonly metadata?: JsonObject;
};

/** What a text is known by. */
export type TextOrigin = {
  /** Its path or title: what answers are cited by. @defaultValue `''` */
  readonly source?: string;
  /** Facts about all of it; each chunk adds its own `lines` and `headings`. */
  readonly metadata?: JsonObject;
};

/** A cut piece as a chunk of the archive: its lines and headings become metadata. */
export const placeChunk = (
  { text, start, firstLine, lastLine, headings }: TextChunk,
  { source = '', metadata }: TextOrigin,
): ArchiveChunk => ({
  text,
  source,
  offset: start,
  metadata: { ...metadata, lines: [firstLine, lastLine], ...(headings.length > 0 ? { headings } : {}) },
});
