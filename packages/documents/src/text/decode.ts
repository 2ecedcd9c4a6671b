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

/** Its byte-order mark begins as one of UTF-16 does, and no text begins with a NUL. */
const isUtf32 = (head: Uint8Array): boolean =>
  head[0] === 0xff && head[1] === 0xfe && head[2] === 0 && head[3] === 0;

/**
 * Decodes UTF-8, or UTF-16 with a byte-order mark, piece by piece, and leaves the mark out. Bytes that are neither are an
 * error that says where, never a silent U+FFFD.
 *
 * @throws {DocumentError} `not_text`, at the piece where it shows; `not_readable` or another that says why the stream ended.
 * @example
 * for await (const text of decodeText(process.stdin)) process.stdout.write(text.toUpperCase());
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let encoding: Encoding = 'utf-8';
  let decoder: TextDecoder | undefined;
  let offset = 0;
  /** The piece before, in whose end a sequence may begin. */
  let before: Uint8Array = new Uint8Array(0);
  let current = before;
  try {
    for await (const chunk of startingWith(bytes, 4)) {
      current = chunk;
      if (decoder === undefined) {
        encoding = encodingOf(chunk);
        decoder = new TextDecoder(encoding, { fatal: true });
        const nul = encoding === 'utf-8' ? chunk.subarray(0, lookedAtBytes).indexOf(0) : -1;
        if (isUtf32(chunk)) fail({ kind: 'not_text', offset: 0, looksLike: 'another encoding' });
        if (nul >= 0) fail({ kind: 'not_text', offset: nul, looksLike: 'binary' });
      }
      const text = decoder.decode(chunk, { stream: true });
      offset += chunk.length;
      before = chunk;
      if (text !== '') yield text;
    }
    current = new Uint8Array(0);
    decoder?.decode();
  } catch (error) {
    if (errorCode(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw failureOf(error);
    throw new DocumentError(
      encoding === 'utf-8'
        ? { kind: 'not_text', offset: offset + invalidAt(before, current), looksLike: 'another encoding' }
        : { kind: 'not_text', offset, looksLike: 'broken UTF-16' },
    );
  }
}

/** Where in `bytes` the first character begins that is no UTF-8, after the end of what came before. */
const invalidAt = (before: Uint8Array, bytes: Uint8Array): number => {
  const tail = before.subarray(-4);
  // Not in the middle of a character: that would be invalid by itself.
  const start = Math.max(
    0,
    tail.findIndex((byte) => (byte & 0xc0) !== 0x80),
  );
  const decoder = new TextDecoder('utf-8', { fatal: true });
  decoder.decode(tail.subarray(start), { stream: true });
  let valid = 0;
  try {
    for (let at = 0; at < bytes.length; at++)
      if (decoder.decode(bytes.subarray(at, at + 1), { stream: true }) !== '') valid = at + 1;
  } catch {
    // That is what was looked for.
  }
  return valid;
};

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

const failureOf = (error: unknown): unknown =>
  errorCode(error) === undefined || error instanceof DocumentError ? error : systemFailure(error);

/** What the system says about a file. */
export const systemFailure = (error: unknown): DocumentError => {
  const code = errorCode(error) ?? errorText(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new DocumentError({ kind: 'not_found' });
  return new DocumentError(code === 'EISDIR' ? { kind: 'is_directory' } : { kind: 'not_readable', code });
};
