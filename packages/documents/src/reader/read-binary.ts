import { open } from 'node:fs/promises';
import type { DocumentPiece } from '../document.js';
import { readDocx } from '../docx/read-docx.js';
import { readEpub } from '../epub/read-epub.js';
import { DocumentError, type DocumentResult, damaged, fail } from '../failure.js';
import { decodeHtml } from '../html/decode-html.js';
import { readHtml } from '../html/read-html.js';
import { readPdf } from '../pdf/read-pdf.js';
import { systemFailure } from '../text/decode.js';

/** What a thread is asked. */
export type ReadJob = {
  readonly path: string;
  readonly format: 'html' | 'pdf' | 'epub' | 'docx';
  readonly maxFileBytes: number;
  readonly maxUnpackedBytes: number;
};

/** What it answers. */
export type ReadText = { readonly title?: string; readonly pieces: readonly DocumentPiece[] };

/** Reads a whole document. Takes as long as it takes; whoever waits sets the bound. */
export const readBinary = async (job: ReadJob): Promise<DocumentResult<ReadText>> => {
  try {
    const { title, pieces } = await extract(job, await readWhole(job));
    return { ok: true, value: { ...(title === undefined ? {} : { title }), pieces } };
  } catch (error) {
    // Whatever a library trips over is the file's fault, and must not be the next file's.
    return { ok: false, failure: damaged(error).failure };
  }
};

const extract = async (
  { format, maxUnpackedBytes }: ReadJob,
  bytes: Uint8Array,
): Promise<{ readonly title?: string | undefined; readonly pieces: readonly DocumentPiece[] }> => {
  switch (format) {
    case 'html': {
      const text = readHtml(decodeHtml(bytes));
      return text.pieces.length === 0 ? fail({ kind: 'no_text' }) : text;
    }
    case 'pdf':
      return readPdf(bytes);
    case 'epub':
      return readEpub(bytes, maxUnpackedBytes);
    case 'docx':
      return readDocx(bytes, maxUnpackedBytes);
  }
};

/** The file, unless it is too large, also when it grows while it is read. */
const readWhole = async ({ path, maxFileBytes: limit }: ReadJob): Promise<Uint8Array> => {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > limit) fail({ kind: 'too_large', bytes: size, limit });
      const bytes = Buffer.alloc(size);
      let length = 0;
      while (length < size) {
        const { bytesRead } = await file.read(bytes, length, size - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof DocumentError ? error : systemFailure(error);
  }
};
