import type { DocumentFormat } from './formats.js';

/** A piece of a document's text, and what begins with it. The pieces, one after the other, are the text. */
export type DocumentPiece = {
  readonly text: string;
  /** The piece begins with this heading; `level` 1 is the outermost. */
  readonly heading?: { readonly level: number; readonly title: string };
  /** The piece is on this page, from 1, and so is what follows. */
  readonly page?: number;
};

/** A file that can be read as text. */
export type Document = {
  readonly format: DocumentFormat;
  /** What the document calls itself, where its format has such a thing. */
  readonly title?: string;
  /** Pages; of a PDF only. */
  readonly pages?: number;
  /** Where its headings are: in the text, as Markdown writes them, or in the pieces. */
  readonly markup: 'markdown' | 'none';
  /**
   * The text. Files of text are read as a stream each time that one iterates; what else there is, is in memory.
   * Throws a {@link DocumentError} where the file has changed and can't be read any more.
   */
  readonly pieces: AsyncIterable<DocumentPiece>;
};
