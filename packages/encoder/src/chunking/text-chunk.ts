/** A piece of a text, with its place. */
export type TextChunk = {
  readonly text: string;
  /** Where it begins in the text, in UTF-16 code units from 0. */
  readonly start: number;
  /** One past its last code unit. */
  readonly end: number;
  /**
   * How many code units it repeats from the end of the chunk before. The first chunk and every other without
   * its overlap, one after the other, are the text.
   */
  readonly overlap: number;
  /** The line that it begins on, from 1. */
  readonly firstLine: number;
  /** The line of its last code unit. */
  readonly lastLine: number;
  /** The headings above its first new words, outermost first. */
  readonly headings: readonly string[];
  /** The page that it is on, from 1, where the pieces of the text say so. */
  readonly page?: number;
};

/**
 * Where a text's headings are: in it, as Markdown writes them (`# …`, or underlined with `===` or `---`), or nowhere but in what
 * its pieces say.
 */
export type Markup = 'markdown' | 'none';

/** How one text is cut. */
export type CutOptions = ChunkingOptions & {
  /** @defaultValue `'markdown'` */
  readonly markup?: Markup | undefined;
};

/** How texts are cut. */
export type ChunkingOptions = {
  /** Longest chunk in UTF-16 code units, 16 to 1,000,000. @defaultValue `1024` */
  readonly chunkSize?: number;
  /** Most code units that a chunk repeats from the one before, up to half of `chunkSize`. @defaultValue `32`, or half of `chunkSize` if that is less */
  readonly overlap?: number;
};
