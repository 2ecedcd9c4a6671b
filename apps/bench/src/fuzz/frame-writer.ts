// Writes packed frames after docs/formats, apart from the codec: so that a frame can be sound as far as its checksum
// goes and hostile in all that it says.
import { brotliCompressSync, constants } from 'node:zlib';

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

const crc32 = (...parts: readonly Uint8Array[]): number => {
  let crc = ~0;
  for (const part of parts)
    for (const byte of part) crc = (table[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
};

export type FrameFields = {
  readonly kind: 'head' | 'chunks' | 'piece' | 'tail' | 'parity';
  readonly frame: number;
  readonly body: Uint8Array;
  readonly compression?: 'stored' | 'brotli';
  readonly firstChunk?: number;
  readonly count?: number;
  readonly offset?: number;
  /** @defaultValue the length of the body, before it was compressed if it is stored */
  readonly total?: number;
  readonly version?: number;
};

const kinds = ['head', 'chunks', 'piece', 'tail', 'parity'];

export const writeFrame = (fields: FrameFields): Uint8Array => {
  const { kind, frame, body, compression = 'stored', firstChunk = 0, count = 1, version = 1 } = fields;
  const length = kind === 'chunks' ? 18 : 26;
  const payload = Buffer.alloc(length + body.length);
  payload.write('MV', 'latin1');
  payload[2] = version;
  payload[3] = kinds.indexOf(kind) | (compression === 'brotli' ? 16 : 0);
  payload.writeUInt32BE(frame >>> 0, 4);
  payload.writeUInt32BE(firstChunk >>> 0, 8);
  payload.writeUInt16BE(count & 0xffff, 12);
  if (kind !== 'chunks') {
    payload.writeUInt32BE((fields.offset ?? 0) >>> 0, 14);
    payload.writeUInt32BE((fields.total ?? body.length) >>> 0, 18);
  }
  payload.set(body, length);
  payload.writeUInt32BE(crc32(payload.subarray(0, length - 4), payload.subarray(length)), length - 4);
  return payload;
};

/** Compressed so that a frame's 2,950 bytes unpack to as much as they can. */
export const squeeze = (bytes: Uint8Array): Uint8Array =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } });

/** An integer as records have it: seven bits a byte, low bits first. */
export const varint = (value: number): Uint8Array => {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
};

/** The body of a frame of chunks. */
export const records = (chunks: readonly { readonly text: string; readonly meta?: string }[]): Uint8Array =>
  Buffer.concat([
    varint(chunks.length),
    ...chunks.flatMap(({ text, meta }) => [
      varint(0),
      varint(meta === undefined ? 0 : 2),
      varint(Buffer.byteLength(text)),
      ...(meta === undefined ? [] : [varint(Buffer.byteLength(meta))]),
    ]),
    ...chunks.map(({ text }) => Buffer.from(text)),
    ...chunks.map(({ meta = '' }) => Buffer.from(meta)),
  ]);

export const document = (kind: 'head' | 'tail', frame: number, content: string): Uint8Array => {
  const whole = Buffer.from(content);
  if (whole.length < 2900) return writeFrame({ kind, frame, body: whole });
  const body = squeeze(whole);
  return writeFrame({ kind, frame, body, compression: 'brotli', total: whole.length });
};
