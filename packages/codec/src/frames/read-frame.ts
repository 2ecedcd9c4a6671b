import { isPlan } from '../parity/plan.js';
import { splitRecords } from './chunk-records.js';
import { decompress } from './compression.js';
import type { FrameContent } from './frame-content.js';
import { type FrameResult, failed, read } from './frame-failure.js';
import { isJsonFrame, readJsonFrame } from './json-format.js';
import { isPacked, readPacked } from './packed-header.js';

/** Tells the format by the first bytes and reads the payload of one frame. Never throws, whatever the bytes are. */
export const readFrame = (payload: Uint8Array): FrameResult<FrameContent> => {
  if (isPacked(payload)) return readPackedFrame(payload);
  if (isJsonFrame(payload)) return readJsonFrame(payload);
  return failed({ kind: 'unknown_format' });
};

const readPackedFrame = (payload: Uint8Array): FrameResult<FrameContent> => {
  const frame = readPacked(payload);
  if (!frame.ok) return frame;
  const { header, body } = frame.value;
  const unpacked = decompress(body, header.compression);
  if (!unpacked.ok) return unpacked;
  const bytes = unpacked.value;
  if (header.kind === 'chunks') {
    const chunks = splitRecords(bytes, header.firstChunk, header.count);
    return chunks.ok
      ? read({ kind: 'chunks', format: 'packed', frame: header.frame, chunks: chunks.value })
      : chunks;
  }
  const { offset, total } = header.part ?? { offset: 0, total: 0 };
  if (header.kind === 'parity') {
    const plan = { frames: total, groups: header.firstChunk, checks: header.count };
    return isPlan(plan)
      ? read({ kind: 'parity', frame: header.frame, plan, index: offset })
      : failed({ kind: 'bad_length', what: 'its parity is none that can be' });
  }
  if (offset + bytes.length > total)
    return failed({ kind: 'bad_length', what: 'a part reaches past its whole' });
  return read({ kind: header.kind, frame: header.frame, chunkId: header.firstChunk, offset, total, bytes });
};
