/** What a chunk may be marked with, beside its place: names to plain values. */
export type Metadata = { readonly [name: string]: MetadataValue };

/** A value of {@link Metadata}. */
export type MetadataValue = string | number | boolean | null | readonly MetadataValue[] | Metadata;

/** Where in its document a chunk stands, as far as the document has such things. */
export type ChunkPlace = {
  /** The first and the last line that it is on, from 1. */
  readonly lines?: readonly [first: number, last: number];
  /** The headings above it, outermost first. */
  readonly headings?: readonly string[];
  /** The page that it is on, from 1. */
  readonly page?: number;
};

/** What the index knows about a chunk. Not its text: that is in the video. */
export type Chunk = ChunkPlace & {
  /** A whole number from 0 to 4,294,967,295, once in an index. */
  readonly id: number;
  /** The video's frame that holds the chunk, from 0. */
  readonly frame: number;
  /** Where the text came from, such as a path; empty when it has no name. */
  readonly source: string;
  /** Where the chunk begins in its source's text, in UTF-16 code units. */
  readonly offset: number;
  /** How long it is, in UTF-16 code units. */
  readonly length: number;
  /** The user's own facts about the chunk; absent where there are none. */
  readonly metadata?: Metadata;
  /** A few words to show while the frame is being decoded. Never an answer: answers come from the video. */
  readonly snippet?: string;
};
