import type { JsonObject } from '@memvisor/codec';
import type { Markup, TextChunk } from './text-chunk.js';

/** A chunk as it goes into an archive: its text, and where that came from. */
export type ArchiveChunk = {
  readonly text: string;
  /** Where the text came from, such as a path. @defaultValue `''` */
  readonly source?: string;
  /** Where the chunk begins in the text of its source, in UTF-16 code units. @defaultValue `0` */
  readonly start?: number;
  /** The first and the last line that it is on, from 1. */
  readonly lines?: readonly [first: number, last: number];
  /** The headings above it, outermost first. */
  readonly headings?: readonly string[];
  /** The page that it is on, from 1. */
  readonly page?: number;
  /** The user's own facts to search by and to show. Like all of the above, kept in the video and in the index. */
  readonly metadata?: JsonObject;
};

/** What a text is known by. */
export type TextOrigin = {
  /** Its path or title: what answers are cited by. @defaultValue `''` */
  readonly source?: string;
  /** Facts about all of it; each of its chunks carries them. */
  readonly metadata?: JsonObject;
  /** Where its headings are. @defaultValue `'markdown'` */
  readonly markup?: Markup;
};

/** A cut piece as a chunk of the archive. */
export const placeChunk = (
  { text, start, firstLine, lastLine, headings, page }: TextChunk,
  { source = '', metadata }: TextOrigin,
): ArchiveChunk => ({
  text,
  source,
  start,
  lines: [firstLine, lastLine],
  ...(headings.length > 0 ? { headings } : {}),
  ...(page === undefined ? {} : { page }),
  ...(metadata === undefined ? {} : { metadata }),
});
