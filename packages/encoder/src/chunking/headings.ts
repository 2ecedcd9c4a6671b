type Heading = { readonly level: number; readonly title: string };

const headingLine = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\r?$/;
const fenceLine = /^ {0,3}(```|~~~)/;
/** More of a line is not looked at. */
const longestLine = 500;

/** Follows the Markdown headings of a text that comes piece by piece; fenced code has none. */
export class HeadingTracker {
  private path: readonly Heading[] = [];
  private fence: string | undefined;
  /** The line under way. */
  private line = '';

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
    if (this.line === '' && this.fence === undefined) {
      const lines = next.slice(0, longestLine).trimStart();
      const first = lines.slice(0, lines.indexOf('\n') < 0 ? lines.length : lines.indexOf('\n'));
      path = under(path, first);
    }
    return path.map(({ title }) => title);
  }

  private finishLine(line: string): void {
    const fence = fenceLine.exec(line)?.[1];
    if (fence !== undefined) {
      if (this.fence === undefined) this.fence = fence;
      else if (this.fence === fence) this.fence = undefined;
    } else if (this.fence === undefined) this.path = under(this.path, line);
  }
}

/** The path after a line: the same, or with its heading in the place of those of its level and below. */
const under = (path: readonly Heading[], line: string): readonly Heading[] => {
  const match = line.includes('#') ? headingLine.exec(line) : null;
  if (match === null) return path;
  const level = (match[1] ?? '').length;
  return [...path.filter((one) => one.level < level), { level, title: (match[2] ?? '').trim() }];
};
