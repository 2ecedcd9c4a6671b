import * as zlib from 'node:zlib';

// zlib's own came with Node 20.15 and 22.2 and is not in every Node 20, so there is a table for the others.
const native = 'crc32' in zlib ? (zlib.crc32 as (bytes: Uint8Array, start?: number) => number) : undefined;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** As {@link crc32}, for a Node whose zlib lacks it. */
export const tableCrc32 = (bytes: Uint8Array, start = 0): number => {
  let crc = ~start;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
};

/** The CRC-32 of zlib, PNG and Ethernet. Give the result of an earlier part as `start` to continue it. */
export const crc32: (bytes: Uint8Array, start?: number) => number = native ?? tableCrc32;
