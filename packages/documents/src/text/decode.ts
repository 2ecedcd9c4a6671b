import { TextDecoder } from 'node:util';
import { errorCode, errorText } from '../error-code.js';
import { DocumentError, fail } from '../failure.js';

/** Where binary files are known by: text has no NUL, and they have one early. */
const lookedAtBytes = 8192;

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** By the byte-order mark; without one it must be UTF-8. */
export const encodingOf = (head: Uint8Array): Encoding => {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
};

/**
 * Decodes UTF-8, or UTF-16 with a byte-order mark, piece by piece, and leaves the mark out. Bytes that are neither are an
 * error that says where, never a silent U+FFFD.
 *
 * @throws {DocumentError} `not_text`, at the piece where it shows; `not_readable` or another that says why the stream ended.
 * @example
 * for await (const text of decodeText(process.stdin)) process.stdout.write(text.toUpperCase());
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let decoder: TextDecoder | undefined;
  let offset = 0;
  try {
    for await (const chunk of startingWith(bytes, 2)) {
      if (decoder === undefined) {
        const encoding = encodingOf(chunk);
        decoder = new TextDecoder(encoding, { fatal: true });
        const nul = encoding === 'utf-8' ? chunk.subarray(0, lookedAtBytes).indexOf(0) : -1;
        if (nul >= 0) fail({ kind: 'not_text', offset: nul, looksLike: 'binary' });
      }
      const text = decoder.decode(chunk, { stream: true });
      offset += chunk.length;
      if (text !== '') yield text;
    }
    decoder?.decode();
  } catch (error) {
    throw failureOf(error, offset);
  }
}

/** The same bytes; the first piece has at least so many of them, where there are as many. */
async function* startingWith(
  bytes: AsyncIterable<Uint8Array>,
  least: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of bytes) {
    if (head === undefined) yield chunk;
    else {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      if (head.length < least) continue;
      yield head;
      head = undefined;
    }
  }
  if (head !== undefined && head.length > 0) yield head;
}

const failureOf = (error: unknown, offset: number): unknown => {
  const code = errorCode(error);
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new DocumentError({ kind: 'not_text', offset, looksLike: 'another encoding' });
  return code === undefined || error instanceof DocumentError ? error : systemFailure(error);
};

/** What the system says about a file. */
export const systemFailure = (error: unknown): DocumentError => {
  const code = errorCode(error) ?? errorText(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new DocumentError({ kind: 'not_found' });
  return new DocumentError(code === 'EISDIR' ? { kind: 'is_directory' } : { kind: 'not_readable', code });
};
