import { compress, maxUnpackedBytes } from './compression.js';
import type { PackedBody } from './pack-chunks.js';
import { type FrameKind, headerBytes } from './packed-header.js';

/**
 * Cuts bytes that are too many for one frame into parts, each compressed on its own, so that each frame can be read
 * by itself and the parts put one after the other are the bytes again.
 *
 * @param capacity bytes that the QR code of one frame holds
 */
export const cutIntoParts = (
  kind: Exclude<FrameKind, 'chunks' | 'parity'>,
  whole: Uint8Array,
  capacity: number,
  firstChunk = 0,
): PackedBody[] => {
  const room = capacity - headerBytes(kind);
  const parts: PackedBody[] = [];
  let likely = room * 3;
  for (let offset = 0; offset < whole.length || parts.length === 0; ) {
    const { length, compression, packed } = longestPart(whole.subarray(offset), room, likely);
    parts.push({
      kind,
      compression,
      firstChunk,
      count: 1,
      part: { offset, total: whole.length },
      body: packed,
    });
    offset += length;
    likely = length;
  }
  return parts;
};

const longestPart = (bytes: Uint8Array, room: number, likely: number) => {
  // Stored bytes always fit: the answer when nothing larger does.
  let best = { length: Math.min(room, bytes.length), ...storedPart(bytes, room) };
  const most = Math.min(bytes.length, maxUnpackedBytes);
  let length = Math.min(most, Math.max(likely, room));
  for (let tries = 0; tries < 5; tries++) {
    const { compression, packed } = compress(bytes.subarray(0, length));
    if (packed.length <= room && length > best.length) best = { length, compression, packed };
    const full = packed.length <= room && packed.length > room * 0.97;
    if (full || (packed.length <= room && length === most)) break;
    const next = Math.min(most, Math.floor((length * room * 0.985) / Math.max(1, packed.length)));
    if (next <= room) break;
    length = next;
  }
  return best;
};

const storedPart = (bytes: Uint8Array, room: number) => ({
  compression: 'stored' as 'stored' | 'brotli',
  packed: bytes.subarray(0, Math.min(room, bytes.length)),
});
