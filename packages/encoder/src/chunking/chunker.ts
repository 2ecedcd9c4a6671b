import { bestCut, overlapStart } from './boundaries.js';
import { HeadingTracker } from './headings.js';
import { Marks, type TextPiece } from './marks.js';
import type { Markup, TextChunk } from './text-chunk.js';

/**
 * Cuts a text that comes piece by piece. Which pieces it comes in makes no difference to the chunks: a cut
 * depends on nothing but the text from the chunk's start to one code unit beyond its longest end.
 *
 * Where a page ends, so does a chunk, and shares nothing with the next: an answer is cited by the page that it is on. Every other chunk brings at least a quarter of
 * `chunkSize` in new text, so the work grows with the text and its pages alone.
 */
export class Chunker {
  private buffer = '';
  /** Where the buffer begins in the text. */
  private base = 0;
  /** Where the next chunk begins in the buffer, its overlap included. */
  private at = 0;
  /** Where its new text begins. */
  private fresh = 0;
  /** The line that the new text begins on. */
  private line = 1;
  private readonly markdown: HeadingTracker | undefined;
  private readonly marks = new Marks();

  constructor(
    private readonly chunkSize: number,
    private readonly overlap: number,
    markup: Markup,
  ) {
    this.markdown = markup === 'markdown' ? new HeadingTracker() : undefined;
  }

  /** Takes in a piece and gives the chunks that are certain by now. */
  *push({ text, ...marks }: TextPiece): Generator<TextChunk, void, undefined> {
    if (this.at > 0) {
      this.buffer = this.buffer.slice(this.at);
      this.base += this.at;
      this.fresh -= this.at;
      this.at = 0;
    }
    this.marks.add(this.base + this.buffer.length, marks);
    this.buffer += text;
    while (this.buffer.length - this.at > this.chunkSize) yield this.next();
  }

  /** The text has ended: gives the rest. */
  *finish(): Generator<TextChunk, void, undefined> {
    while (this.fresh < this.buffer.length) yield this.next();
  }

  private next(): TextChunk {
    const { buffer, at, fresh, base } = this;
    const furthest = at + this.chunkSize;
    // Where its own text begins: behind what it shares with the chunk before.
    const begins = base + fresh + leadingSpace(buffer.slice(fresh, furthest));
    const page = this.marks.pageAt(begins);
    const pageEnd = (this.marks.pageEnd ?? Number.POSITIVE_INFINITY) - base;
    const endsPage = pageEnd <= furthest;
    const end = endsPage
      ? pageEnd + leadingSpace(buffer.slice(pageEnd, furthest))
      : bestCut(buffer, fresh + Math.floor((furthest - fresh) / 2), furthest);
    const added = buffer.slice(fresh, end);
    const firstLine = this.line - newlines(buffer, at, fresh);
    const marked = this.marks.headingsAt(Math.min(begins, base + end));
    const chunk: TextChunk = {
      text: buffer.slice(at, end),
      start: base + at,
      end: base + end,
      overlap: fresh - at,
      firstLine,
      lastLine: firstLine + newlines(buffer, at, end - 1),
      headings: this.markdown?.above(added) ?? marked,
      ...(page === undefined ? {} : { page }),
    };
    this.markdown?.feed(added);
    this.line += newlines(buffer, fresh, end);
    this.fresh = end;
    this.at =
      this.overlap === 0 || endsPage ? end : overlapStart(buffer, Math.max(at, end - this.overlap), end);
    return chunk;
  }
}

const leadingSpace = (text: string): number => text.length - text.trimStart().length;

const newlines = (text: string, from: number, to: number): number => {
  // A part of its own, for `indexOf` has no end to stop at.
  const part = text.slice(from, to);
  let count = 0;
  for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) count++;
  return count;
};
