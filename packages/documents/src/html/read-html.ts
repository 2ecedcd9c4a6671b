import { Parser } from 'htmlparser2';
import type { DocumentPiece } from '../document.js';
import { TableRows } from './table-rows.js';
import { TextBuilder } from './text-builder.js';

/** Elements whose content nobody sees as text. */
const unseen = new Set(
  'script style template noscript svg iframe object canvas audio video datalist'.split(' '),
);
/** Elements that begin and end a paragraph. */
const paragraphs = new Set(
  'p ul ol dl blockquote pre table figure fieldset form hr article section main aside nav header footer address details'.split(
    ' ',
  ),
);
/** Elements that begin and end a line. */
const lines = new Set(
  'div li dt dd tr br caption figcaption legend summary option body html center'.split(' '),
);

/** A page's text as pieces, and its title. */
export type HtmlText = { readonly title: string | undefined; readonly pieces: readonly DocumentPiece[] };

/**
 * The text of HTML that is seen: no scripts, no styles, nothing hidden. Any input is HTML to a browser, and so it is here.
 * Nesting of any depth is read without recursion.
 *
 * @param options `withTitle`: whether the title is the first line
 */
export const readHtml = (
  html: string,
  { withTitle = true }: { readonly withTitle?: boolean } = {},
): HtmlText => {
  const builder = new TextBuilder();
  const rows = new TableRows(builder);
  let title: string | undefined;
  let inTitle = false;
  let skipping = 0;
  let verbatim = 0;
  /** A line end right after `<pre>` is none. */
  let startsVerbatim = false;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (skipping > 0 || unseen.has(name) || isHidden(attributes)) {
          skipping += 1;
          return;
        }
        if (name === 'title') inTitle = true;
        else if (rows.open(name)) return;
        else if (/^h[1-6]$/.test(name)) builder.beginHeading(Number(name[1]));
        else if (paragraphs.has(name)) builder.paragraph();
        else if (lines.has(name)) builder.line();
        startsVerbatim = name === 'pre' || name === 'textarea';
        if (startsVerbatim) verbatim += 1;
      },
      onclosetag: (name) => {
        if (skipping > 0) {
          skipping -= 1;
          return;
        }
        if (name === 'title') inTitle = false;
        else if (rows.close(name)) return;
        else if (/^h[1-6]$/.test(name)) builder.endHeading();
        else if (paragraphs.has(name)) builder.paragraph();
        else if (lines.has(name) && name !== 'br') builder.line();
        if (name === 'pre' || name === 'textarea') verbatim -= 1;
      },
      ontext: (text) => {
        if (skipping > 0) return;
        rows.text(text);
        if (inTitle) title = (title ?? '') + text;
        else if (verbatim > 0) builder.verbatim(startsVerbatim ? text.replace(/^\r?\n/, '') : text);
        else builder.words(text);
        startsVerbatim = false;
      },
    },
    // As XHTML has it; in HTML `<br/>` is `<br>` to browsers too.
    { decodeEntities: true, recognizeSelfClosing: true },
  );
  parser.end(html);
  title = title?.replace(/\s+/g, ' ').trim() || undefined;
  const pieces = builder.finish();
  return { title, pieces: withTitle ? titled(title, pieces) : pieces };
};

const isHidden = ({ hidden, style }: { readonly [name: string]: string }): boolean =>
  hidden !== undefined || (style !== undefined && /display\s*:\s*none/i.test(style));

/** The title is a page's first line, unless its first heading says the same. */
const titled = (title: string | undefined, pieces: readonly DocumentPiece[]): readonly DocumentPiece[] => {
  const first = pieces.find(({ heading }) => heading !== undefined)?.heading?.title;
  if (title === undefined || title === first) return pieces;
  return [{ text: pieces.length === 0 ? title : `${title}\n\n` }, ...pieces];
};
