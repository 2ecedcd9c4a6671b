import type { DocumentPiece } from '../document.js';
import { DocumentError, damaged } from '../failure.js';
import { EncodingTables } from './encoding-tables.js';
import { loadPdfJs, type PdfDocument } from './pdfjs.js';

/** A PDF's text, a piece for each page. */
export type PdfText = { readonly title: string | undefined; readonly pieces: readonly DocumentPiece[] };

/**
 * The text of each page in the order in which it is drawn, a line for each line.
 *
 * @throws {DocumentError} `encrypted`, `damaged`, `unknown_encoding`, or `no_text` where no page has any, as in a scan.
 */
export const readPdf = async (bytes: Uint8Array): Promise<PdfText> => {
  const { getDocument } = await loadPdfJs();
  const tables = new EncodingTables();
  const loading = getDocument({
    data: bytes,
    // Nothing is drawn and nothing is fetched.
    verbosity: 0,
    disableFontFace: true,
    useSystemFonts: false,
    isEvalSupported: false,
    useWorkerFetch: false,
    cMapUrl: 'cmaps/',
    cMapPacked: true,
    BinaryDataFactory: tables.factory,
  });
  try {
    const document = await loading.promise;
    const pieces: DocumentPiece[] = [];
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      const text = items
        .map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
        .join('')
        .trim();
      pieces.push({ text: number === document.numPages ? text : `${text}\n\n`, page: number });
      page.cleanup();
    }
    // Without its table a font's text is missing or wrong: no such text must pass for the document's.
    if (tables.missing !== undefined)
      throw new DocumentError({ kind: 'unknown_encoding', encoding: tables.missing });
    if (pieces.every(({ text }) => text.trim() === ''))
      throw new DocumentError({ kind: 'no_text', pages: pieces.length });
    return { title: await titleOf(document), pieces };
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'name' in error && error.name === 'PasswordException')
      throw new DocumentError({ kind: 'encrypted' });
    throw damaged(error);
  } finally {
    await loading.destroy();
  }
};

const titleOf = async (document: PdfDocument): Promise<string | undefined> => {
  const { info } = await document.getMetadata();
  const title = 'Title' in info && typeof info.Title === 'string' ? info.Title.trim() : '';
  return title === '' ? undefined : title;
};
