import type { DocumentPiece } from '../document.js';

/** What stands between two words: nothing, a space, a line end or an empty line. */
type Gap = 0 | 1 | 2 | 3;
const gaps = ['', ' ', '\n', '\n\n'] as const;

/** Puts text together as a browser shows it: white space collapses, blocks begin on lines of their own. */
export class TextBuilder {
  private readonly pieces: { text: string; heading?: { level: number; title: string } }[] = [{ text: '' }];
  private gap: Gap = 0;
  private heading: { readonly level: number; readonly from: number } | undefined;

  /** Adds words; white space in them is one space. */
  words(text: string): void {
    for (const part of text.split(/([\t\n\f\r ]+)/)) {
      if (part === '') continue;
      if (/^[\t\n\f\r ]/.test(part)) this.space(1);
      else this.put(part);
    }
  }

  /** Adds text as it is, line ends and all. */
  verbatim(text: string): void {
    if (text !== '') this.put(text.replace(/\r\n?/g, '\n'));
  }

  /** What follows begins on a new line. */
  line(): void {
    this.space(2);
  }

  /** What follows begins after an empty line. */
  paragraph(): void {
    this.space(3);
  }

  /** What follows is in the next cell of a table's row: on the same line, though the one before held paragraphs. */
  nextCell(): void {
    this.gap = 1;
  }

  /** What follows is in the next row: on a line of its own, likewise. */
  nextRow(): void {
    this.gap = 2;
  }

  /** What follows, up to `endHeading`, is a heading. */
  beginHeading(level: number): void {
    this.endHeading();
    this.paragraph();
    this.closeGap();
    // After a heading without words there is a piece without any.
    if (this.pieces.at(-1)?.text !== '') this.pieces.push({ text: '' });
    this.heading = { level, from: this.pieces.length - 1 };
  }

  endHeading(): void {
    if (this.heading === undefined) return;
    const { level, from } = this.heading;
    this.heading = undefined;
    const piece = this.pieces[from];
    const title = piece?.text.replace(/\s+/g, ' ').trim() ?? '';
    if (piece !== undefined && title !== '') piece.heading = { level, title };
    this.paragraph();
  }

  /** The text so far, in pieces; the builder is done with. */
  finish(): DocumentPiece[] {
    this.endHeading();
    return this.pieces.filter(({ text }) => text !== '');
  }

  private space(gap: Gap): void {
    if (gap > this.gap) this.gap = gap;
  }

  private closeGap(): void {
    const piece = this.pieces.at(-1);
    // Nothing stands before the first word; what stands before another piece's is at the end of the one before.
    if (piece !== undefined && piece.text !== '') piece.text += gaps[this.gap];
    this.gap = 0;
  }

  private put(text: string): void {
    this.closeGap();
    const piece = this.pieces.at(-1);
    if (piece !== undefined) piece.text += text;
  }
}
