import { gunzipSync, gzipSync } from 'node:zlib';
import type { Chunk } from '../chunk.js';
import { errorCode, errorText } from '../error-code.js';
import { maxUnpackedBytes } from './compression.js';
import type { FrameContent } from './frame-content.js';
import { type FrameResult, failed, read } from './frame-failure.js';

/** memvid v1 compresses what is longer than this many characters. */
const compressAbove = 100;
const mark = 'GZ:';

/**
 * The payload that memvid v1 writes: `{"id","text","frame"}`, in ASCII as Python's `json.dumps` has it, and as
 * `GZ:` + base64 of gzip when long. Metadata has no place in it.
 */
export const writeJsonFrame = ({ id, text }: Chunk, frame: number): Uint8Array => {
  const json = JSON.stringify({ id, text, frame }).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.from(
    json.length > compressAbove ? mark + gzipSync(json, { level: 9 }).toString('base64') : json,
  );
};

/** Whether a payload looks like a JSON frame. */
export const isJsonFrame = (payload: Uint8Array): boolean =>
  payload[0] === 0x7b || Buffer.from(payload.subarray(0, mark.length)).toString('latin1') === mark;

export const readJsonFrame = (payload: Uint8Array): FrameResult<FrameContent> => {
  const text = unpack(Buffer.from(payload.buffer, payload.byteOffset, payload.length));
  if (!text.ok) return text;
  let value: unknown;
  try {
    value = JSON.parse(text.value);
  } catch {
    return failed({ kind: 'bad_record', what: 'it is not JSON' });
  }
  if (!isRecord(value)) return failed({ kind: 'bad_record', what: 'it lacks id, text or frame' });
  return read({
    kind: 'chunks',
    format: 'json',
    frame: value.frame,
    chunks: [{ id: value.id, text: value.text }],
  });
};

const unpack = (payload: Buffer): FrameResult<string> => {
  if (payload.toString('latin1', 0, mark.length) !== mark) return read(payload.toString('utf8'));
  try {
    const packed = Buffer.from(payload.toString('latin1', mark.length), 'base64');
    return read(gunzipSync(packed, { maxOutputLength: maxUnpackedBytes }).toString('utf8'));
  } catch (error) {
    return errorCode(error) === 'ERR_BUFFER_TOO_LARGE'
      ? failed({ kind: 'too_large', limitBytes: maxUnpackedBytes })
      : failed({ kind: 'bad_compression', detail: errorText(error) });
  }
};

const isRecord = (value: unknown): value is { id: number; text: string; frame: number } =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'id' in value &&
  isIndex(value.id) &&
  'frame' in value &&
  isIndex(value.frame);

const isIndex = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
