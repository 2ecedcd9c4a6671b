import { crc32 } from '../bytes/crc32.js';
import type { Compression } from './compression.js';
import { type FrameResult, failed, read } from './frame-failure.js';

/**
 * What a packed frame is for.
 *
 * - `head`: the first frames of an archive: format, profile, metadata given before writing
 * - `chunks`: whole chunks
 * - `piece`: a part of a chunk too large for one frame
 * - `tail`: after the last chunk: counts, metadata known after writing, which chunk is where
 * - `parity`: from which lost frames are computed; after the tail, where the archive has them
 */
export type FrameKind = 'head' | 'chunks' | 'piece' | 'tail' | 'parity';

export type PackedHeader = {
  readonly kind: FrameKind;
  readonly compression: Compression;
  /** Position in the video, from 0. */
  readonly frame: number;
  /** `chunks`, `piece`: id of the first chunk. `parity`: number of groups. Otherwise 0. */
  readonly firstChunk: number;
  /** `chunks`: how many. `parity`: parity frames of each group. Otherwise 1. */
  readonly count: number;
  /**
   * All kinds but `chunks`: where this part starts in the whole, and the length of the whole, in bytes. `parity`: the
   * number among the parity frames, and the number of frames protected.
   */
  readonly part?: { readonly offset: number; readonly total: number };
};

/** The highest version of the format that this code reads. */
export const formatVersion = 2;

/** Each frame says the first version that can read it: all but parity frames are as they were in version 1. */
const versionOf = (kind: FrameKind): number => (kind === 'parity' ? 2 : 1);

const magic = [0x4d, 0x56] as const; // "MV"
const kinds: readonly FrameKind[] = ['head', 'chunks', 'piece', 'tail', 'parity'];
const compressions: readonly Compression[] = ['stored', 'brotli'];
const shortHeader = 18;
const longHeader = 26;

export const headerBytes = (kind: FrameKind): number => (kind === 'chunks' ? shortHeader : longHeader);

/** Whether a payload claims to be a packed frame; JSON frames start with `{` or `GZ:`. */
export const isPacked = (payload: Uint8Array): boolean => payload[0] === magic[0] && payload[1] === magic[1];

/**
 * A whole payload: header and body.
 *
 *     0 magic "MV" · 2 version · 3 kind + 16 × compression · 4 frame · 8 first chunk · 12 count
 *     (not `chunks`: · 14 part offset · 18 length of the whole) · CRC-32 of all but itself · body
 */
export const writePacked = (header: PackedHeader, body: Uint8Array): Uint8Array => {
  const length = headerBytes(header.kind);
  const payload = Buffer.alloc(length + body.length);
  payload[0] = magic[0];
  payload[1] = magic[1];
  payload[2] = versionOf(header.kind);
  payload[3] = kinds.indexOf(header.kind) | (compressions.indexOf(header.compression) << 4);
  payload.writeUInt32BE(header.frame, 4);
  payload.writeUInt32BE(header.firstChunk, 8);
  payload.writeUInt16BE(header.count, 12);
  if (header.part !== undefined) {
    payload.writeUInt32BE(header.part.offset, 14);
    payload.writeUInt32BE(header.part.total, 18);
  }
  payload.set(body, length);
  payload.writeUInt32BE(checksum(payload, length), length - 4);
  return payload;
};

export const readPacked = (
  payload: Uint8Array,
): FrameResult<{ readonly header: PackedHeader; readonly body: Uint8Array }> => {
  if (!isPacked(payload)) return failed({ kind: 'unknown_format' });
  const version = payload[2] ?? 0;
  if (version > formatVersion) return failed({ kind: 'newer_version', version });
  const kind = kinds[(payload[3] ?? 0) & 0x0f];
  const compression = compressions[(payload[3] ?? 0) >> 4];
  const length = kind === undefined ? shortHeader : headerBytes(kind);
  if (payload.length < length) return failed({ kind: 'bad_length', what: 'the header is cut short' });
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  if (
    kind === undefined ||
    compression === undefined ||
    bytes.readUInt32BE(length - 4) !== checksum(bytes, length)
  )
    return failed({ kind: 'bad_checksum' });
  const header = {
    kind,
    compression,
    frame: bytes.readUInt32BE(4),
    firstChunk: bytes.readUInt32BE(8),
    count: bytes.readUInt16BE(12),
  };
  const body = bytes.subarray(length);
  return read(
    kind === 'chunks'
      ? { header, body }
      : {
          header: { ...header, part: { offset: bytes.readUInt32BE(14), total: bytes.readUInt32BE(18) } },
          body,
        },
  );
};

const checksum = (payload: Uint8Array, length: number): number =>
  crc32(payload.subarray(length), crc32(payload.subarray(0, length - 4)));
