import { enter, type Heading } from './marks.js';

const headingLine = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\r?$/;
const underline = /^ {0,3}(=+|-+)[ \t]*\r?$/;
const fenceLine = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const comment = /^ {0,3}<!--/;
/** HTML in which nothing is Markdown up to its end, wherever on a line that is. */
const verbatimHtml: readonly (readonly [begin: RegExp, end: RegExp])[] = [
  [comment, /-->/],
  [/^ {0,3}<(?:script|pre|style|textarea)(?=[\s>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
];
const frontMatter = /^---[ \t]*\r?$/;
const frontMatterEnd = /^(---|\.\.\.)[ \t]*\r?$/;
/** Lines that begin something else than a paragraph; what comes under them is no heading's underline. */
const otherBlock = /^ {0,3}(?:[-+*>]|\d{1,9}[.)])(?:\s|$)|^ {4}|^\t/;
/** Code, except within a paragraph. */
const indented = /^(?: {4}|\t)\s*\S/;
/** A line across the page. */
const rule = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*\r?$/;
/** What stands before the first line that is not empty. */
const emptyLines = /^(?:[^\S\n]*\n)+/;
/** More of a line is not looked at. */
const longestLine = 500;

/**
 * Follows the Markdown headings of a text that comes piece by piece: `# …` lines and lines that are underlined with `===` or
 * `---`. Fenced code, comments, scripts and front matter have none. A title that is broken over lines is known by the last one.
 */
export class HeadingTracker {
  private path: readonly Heading[] = [];
  /** Whether a line ends the block under way that has no headings; `undefined` outside of one. */
  private ends: ((line: string) => boolean) | undefined;
  /** The line before, where it can become a title. */
  private paragraph = '';
  /** The line under way. */
  private line = '';
  private isFirst = true;

  /** Takes in the next piece of the text. */
  feed(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.finishLine(this.line + text.slice(start, Math.min(end, start + longestLine)));
      this.line = '';
      start = end + 1;
    }
    if (this.line.length < longestLine) this.line += text.slice(start, start + longestLine);
  }

  /** The headings above what follows: `next` is the text from here on. A heading that begins it counts. */
  above(next: string): readonly string[] {
    let path = this.path;
    if (this.line === '' && this.ends === undefined) {
      const [first = '', second = ''] = next
        .slice(0, 2 * longestLine)
        .replace(emptyLines, '')
        .split('\n', 2);
      const begun = headingOf(first) ?? (isTitle(first) ? underlined(first, second) : undefined);
      if (begun !== undefined) path = enter(path, begun);
    }
    return path.map(({ title }) => title);
  }

  private finishLine(line: string): void {
    const wasFirst = this.isFirst;
    this.isFirst = false;
    if (this.ends !== undefined) {
      if (this.ends(line)) this.ends = undefined;
      return;
    }
    const heading = headingOf(line) ?? (this.paragraph === '' ? undefined : underlined(this.paragraph, line));
    const goesOn = this.paragraph !== '' && indented.test(line);
    this.paragraph = '';
    if (heading !== undefined) this.path = enter(this.path, heading);
    else this.ends = endOfBlock(line, wasFirst);
    if (heading === undefined && this.ends === undefined && (goesOn || isTitle(line))) this.paragraph = line;
  }
}

/** How the block ends that this line begins, where it is one without headings and does not end on the line itself. */
const endOfBlock = (line: string, isFirst: boolean): ((line: string) => boolean) | undefined => {
  if (isFirst && frontMatter.test(line)) return (end) => frontMatterEnd.test(end);
  const fence = fenceLine.exec(line)?.[1];
  if (fence !== undefined) return (end) => closes(fence, end);
  for (const [begin, end] of verbatimHtml)
    if (begin.test(line)) return end.test(line) ? undefined : (one) => end.test(one);
  return undefined;
};

/** A fence ends with at least as many of the characters that it began with. */
const closes = (fence: string, line: string): boolean => {
  const end = line.trim();
  return end.length >= fence.length && /^ {0,3}\S/.test(line) && [...end].every((one) => one === fence[0]);
};

const headingOf = (line: string): Heading | undefined => {
  const match = line.includes('#') ? headingLine.exec(line) : null;
  return match === null ? undefined : { level: (match[1] ?? '').length, title: (match[2] ?? '').trim() };
};

const isTitle = (line: string): boolean =>
  line.trim() !== '' && ![otherBlock, rule, fenceLine, comment].some((block) => block.test(line));

const underlined = (title: string, line: string): Heading | undefined => {
  const match = underline.exec(line);
  return match === null ? undefined : { level: match[1]?.startsWith('=') ? 1 : 2, title: title.trim() };
};
