import mammoth from 'mammoth';
import type { DocumentPiece } from '../document.js';
import { damaged, fail } from '../failure.js';
import { readHtml } from '../html/read-html.js';
import { openZip } from '../zip/zip-file.js';

/** A Word document's text. */
export type DocxText = { readonly pieces: readonly DocumentPiece[] };

/** A Word document with a password is not a ZIP archive but an OLE file, as old Word documents are. */
const oleMagic = [0xd0, 0xcf, 0x11, 0xe0];
const refuseOle = (bytes: Uint8Array): never =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('EncryptedPackage', 0, 'utf16le')
    ? fail({ kind: 'encrypted' })
    : fail({ kind: 'damaged', detail: 'it is no Word document of today; save it as .docx first' });

/**
 * The text of a Word document, with its headings by their styles.
 *
 * @throws {DocumentError} `encrypted`, `damaged`, `unpacked_too_large`, `no_text`
 */
export const readDocx = async (bytes: Uint8Array, mostBytes: number): Promise<DocxText> => {
  if (oleMagic.every((byte, at) => bytes[at] === byte)) refuseOle(bytes);
  const zip = await openZip(bytes, mostBytes);
  const names = new Set(zip.names);
  const file = {
    exists: (name: string) => names.has(name),
    read: async (name: string, encoding?: BufferEncoding) => {
      const content = await zip.read(name);
      if (encoding === undefined || encoding === 'base64') return content.toString('base64');
      return new TextDecoder(encoding).decode(content);
    },
  };
  if (!names.has('[Content_Types].xml')) fail({ kind: 'damaged', detail: 'it is no Word document' });
  try {
    // `file` is not in mammoth's types: it takes an archive that is open, and so never unpacks what is not bounded.
    const { value } = await mammoth.convertToHtml({ file } as unknown as { buffer: Buffer }, {
      // Pictures are not looked at.
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
    });
    const { pieces } = readHtml(value);
    return pieces.length === 0 ? fail({ kind: 'no_text' }) : { pieces };
  } catch (error) {
    throw damaged(error);
  }
};
