import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DamagedBytes } from './bytes.js';

/** Text that shrinks more is stored as it is: what is read may then never grow more than this. */
export const mostGrowth = 64;
export const stored = 0;
export const deflated = 1;

/** One byte that says how, then the text in UTF-8. */
export const compressText = (text: string): Uint8Array => {
  const plain = Buffer.from(text, 'utf8');
  const small = deflateRawSync(plain);
  const worth = small.length < plain.length && plain.length <= small.length * mostGrowth;
  return Buffer.concat([Uint8Array.of(worth ? deflated : stored), worth ? small : plain]);
};

/** @throws {DamagedBytes} When it is not what {@link compressText} writes. */
export const decompressText = (bytes: Uint8Array): string => {
  const body = bytes.subarray(1);
  if (bytes[0] === stored) return decode(body);
  if (bytes[0] !== deflated) throw new DamagedBytes('unknown compression');
  try {
    return decode(inflateRawSync(body, { maxOutputLength: body.length * mostGrowth + 1 }));
  } catch {
    throw new DamagedBytes('not compressed text');
  }
};

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DamagedBytes('not UTF-8');
  }
};
