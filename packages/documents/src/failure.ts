import { errorText } from './error-code.js';

/**
 * Every way that a file can fail to become a text, by `kind`.
 *
 * - `not_found`: there is no such file
 * - `bad_name`: its name is not UTF-8, so it can't be opened by it
 * - `is_directory`: it is a directory; see `findDocuments`
 * - `not_readable`: the system refuses, with its code
 * - `too_large`: a file of a binary format is larger than the reader takes
 * - `unpacked_too_large`: what it unpacks to is
 * - `timed_out`: reading took longer than the reader allows
 * - `out_of_memory`: reading took more memory than a thread has
 * - `not_text`: neither whole UTF-8 nor UTF-16 with a byte-order mark, nor a format that is known
 * - `other_format`: it is of a format that is known and not read, such as RTF
 * - `encrypted`: it needs a password or a licence
 * - `damaged`: it is not what its format says
 * - `unknown_encoding`: a PDF whose text is in an encoding for which there is no table
 * - `no_text`: it is sound, but there is no text in it, as in a scan
 */
export type DocumentFailure =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'bad_name' }
  | { readonly kind: 'is_directory' }
  | { readonly kind: 'not_readable'; readonly code: string }
  | { readonly kind: 'too_large'; readonly bytes: number; readonly limit: number }
  | { readonly kind: 'unpacked_too_large'; readonly limit: number }
  | { readonly kind: 'timed_out'; readonly timeoutMs: number }
  | { readonly kind: 'out_of_memory' }
  /** `offset`: the byte at which it shows; in UTF-16 the one at or after which. */
  | {
      readonly kind: 'not_text';
      readonly offset: number;
      readonly looksLike: 'binary' | 'another encoding' | 'broken UTF-16';
    }
  | { readonly kind: 'other_format'; readonly format: string }
  | { readonly kind: 'encrypted' }
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'unknown_encoding'; readonly encoding: string }
  /** `pages`: how many it has, where it has pages. */
  | { readonly kind: 'no_text'; readonly pages?: number };

/** A value, or a {@link DocumentFailure}. */
export type DocumentResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: DocumentFailure };

/** One or two sentences for people, without the file's name: what is wrong and what to do about it. */
export const describeDocumentFailure = (failure: DocumentFailure): string => {
  switch (failure.kind) {
    case 'not_found':
      return 'there is no such file or directory. Check the path.';
    case 'bad_name':
      return 'can not be opened by its name, which is not UTF-8. Rename it.';
    case 'is_directory':
      return 'is a directory.';
    case 'not_readable':
      return `can not be read (${failure.code}).`;
    case 'too_large':
      return `has ${count(failure.bytes)} bytes, and files of this format are read up to ${count(failure.limit)}. Split it, or convert it to text.`;
    case 'unpacked_too_large':
      return `unpacks to more than ${count(failure.limit)} bytes. It may be made to do harm; if it is not, convert it to text.`;
    case 'timed_out':
      return `was not read within ${count(failure.timeoutMs)} ms. Convert it to text.`;
    case 'out_of_memory':
      return 'takes more memory to read than there is for it. Split it, or convert it to text.';
    case 'not_text':
      return notText(failure);
    case 'other_format':
      return `is ${failure.format}, which is not read. Convert it to text, DOCX or PDF first.`;
    case 'encrypted':
      return 'is encrypted. Take the protection off first.';
    case 'damaged':
      return `is damaged: ${failure.detail}.`;
    case 'unknown_encoding':
      return `its text is in the encoding ${failure.encoding}, for which no table is installed. Install pdfjs-dist, which has the tables.`;
    case 'no_text':
      return failure.pages === undefined
        ? 'there is no text in it.'
        : `there is no text in its ${count(failure.pages)} page${failure.pages === 1 ? '' : 's'}; they may be scans. Run OCR on it first.`;
  } // no default: a new kind without a sentence fails the build
};

const notText = ({ looksLike, offset }: Extract<DocumentFailure, { readonly kind: 'not_text' }>): string => {
  const at = count(offset);
  switch (looksLike) {
    case 'binary':
      return `not text, and no format that is known (a NUL at byte ${at}). UTF-16 needs a byte-order mark.`;
    case 'another encoding':
      return `not UTF-8 text (an invalid sequence at byte ${at}). Convert it first, for instance with iconv.`;
    case 'broken UTF-16':
      return `begins as UTF-16 text, but is not (an invalid sequence at or after byte ${at}). It may be cut off or damaged.`;
  }
};

const count = (value: number): string => value.toLocaleString('en');

/** A {@link DocumentFailure} on its way up, within this package and out of streams of text. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  constructor(
    /** What failed. */
    readonly failure: DocumentFailure,
  ) {
    super(describeDocumentFailure(failure));
  }
}

export const fail = (failure: DocumentFailure): never => {
  throw new DocumentError(failure);
};

/** For what a library throws about a file that is not what it should be. */
export const damaged = (error: unknown): DocumentError =>
  error instanceof DocumentError
    ? error
    : new DocumentError({
        kind: 'damaged',
        detail: firstLine(errorText(error)),
      });

const firstLine = (text: string): string =>
  (text.split('\n', 1)[0] ?? '').trim().replace(/\.$/, '').slice(0, 200);
