// UTF-8 can not hold lone surrogates. The few strings that have them are stored as UTF-16 and marked.
const loneSurrogate = /\p{Surrogate}/u;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type TextEncoding = 'utf8' | 'utf16';

export const textToBytes = (text: string): { readonly encoding: TextEncoding; readonly bytes: Buffer } =>
  loneSurrogate.test(text)
    ? { encoding: 'utf16', bytes: Buffer.from(text, 'utf16le') }
    : { encoding: 'utf8', bytes: Buffer.from(text, 'utf8') };

/** `undefined` where the bytes are no text in this encoding. */
export const bytesToText = (bytes: Uint8Array, encoding: TextEncoding): string | undefined => {
  if (encoding === 'utf16')
    return bytes.length % 2 === 0
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf16le')
      : undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};
