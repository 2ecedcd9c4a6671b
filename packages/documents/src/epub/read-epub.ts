import type { DocumentPiece } from '../document.js';
import { fail } from '../failure.js';
import { decodeHtml } from '../html/decode-html.js';
import { readHtml } from '../html/read-html.js';
import { openZip } from '../zip/zip-file.js';
import { encryptedFiles, packagePath, readPackage } from './package-document.js';

/** A book's text. */
export type EpubText = { readonly title: string | undefined; readonly pieces: readonly DocumentPiece[] };

/**
 * The text of a book, its documents in reading order.
 *
 * @throws {DocumentError} `encrypted` where its text is; `damaged`, `unpacked_too_large`, `no_text`
 */
export const readEpub = async (bytes: Uint8Array, mostBytes: number): Promise<EpubText> => {
  const zip = await openZip(bytes, mostBytes);
  const text = async (name: string): Promise<string> => decodeHtml(await zip.read(name));
  const path = packagePath(await text('META-INF/container.xml'));
  const { title, spine } = readPackage(await text(path), path);
  const encrypted = zip.names.includes('META-INF/encryption.xml')
    ? encryptedFiles(await text('META-INF/encryption.xml'))
    : new Set<string>();
  if (spine.some((name) => encrypted.has(name))) fail({ kind: 'encrypted' });

  const pieces: DocumentPiece[] = [];
  for (const name of spine) {
    // Each document's own title is for tabs, not for readers: most say the book's title, or nothing.
    const { pieces: own } = readHtml(await text(name), { withTitle: false });
    if (own.length === 0) continue;
    if (pieces.length > 0) pieces.push({ text: '\n\n' });
    pieces.push(...own);
  }
  if (pieces.length === 0) fail({ kind: 'no_text' });
  return { title, pieces };
};
