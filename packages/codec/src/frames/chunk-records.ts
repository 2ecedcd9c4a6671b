import { VarintReader, VarintWriter } from '../bytes/varint.js';
import type { Chunk, JsonObject } from '../chunk.js';
import { type FrameResult, failed, read } from './frame-failure.js';
import { isTooDeep } from './json-depth.js';
import { bytesToText, textToBytes } from './text-bytes.js';

/** A chunk as bytes: encoded once, packed as often as the search for the fullest frame needs. */
export type ChunkRecord = {
  readonly id: number;
  readonly flags: number;
  readonly text: Uint8Array;
  readonly meta: Uint8Array;
};

const utf16 = 1;
const hasMeta = 2;
const nothing = new Uint8Array(0);

export const toRecord = ({ id, text, meta }: Chunk): ChunkRecord => {
  const { encoding, bytes } = textToBytes(text);
  return {
    id,
    flags: (encoding === 'utf16' ? utf16 : 0) | (meta === undefined ? 0 : hasMeta),
    text: bytes,
    meta: meta === undefined ? nothing : Buffer.from(JSON.stringify(meta)),
  };
};

/** About how many bytes a record adds to a frame before compression. */
export const recordBytes = (record: ChunkRecord): number => record.text.length + record.meta.length + 6;

/**
 * First what differs little from chunk to chunk (count, then per chunk: distance of its id from the one before,
 * flags, lengths), then all texts, then all metadata: alike beside alike compresses best.
 */
export const joinRecords = (records: readonly ChunkRecord[], firstChunk: number): Uint8Array => {
  const table = new VarintWriter();
  table.write(records.length);
  let expected = firstChunk;
  for (const { id, flags, text, meta } of records) {
    table.write(id - expected);
    table.write(flags);
    table.write(text.length);
    if (flags & hasMeta) table.write(meta.length);
    expected = id + 1;
  }
  return Buffer.concat([
    table.bytes(),
    ...records.map(({ text }) => text),
    ...records.map(({ meta }) => meta),
  ]);
};

export const splitRecords = (bytes: Uint8Array, firstChunk: number, count: number): FrameResult<Chunk[]> => {
  const reader = new VarintReader(bytes);
  if (reader.read() !== count)
    return failed({ kind: 'bad_length', what: 'the number of chunks does not match' });
  const rows: { id: number; flags: number; textBytes: number; metaBytes: number }[] = [];
  let expected = firstChunk;
  let total = 0;
  for (let at = 0; at < count; at++) {
    const skipped = reader.read();
    const flags = reader.read();
    const textBytes = reader.read();
    const metaBytes = flags !== undefined && flags & hasMeta ? reader.read() : 0;
    if (skipped === undefined || flags === undefined || textBytes === undefined || metaBytes === undefined)
      return failed({ kind: 'bad_length', what: 'the table of chunks is cut short' });
    const id = expected + skipped;
    rows.push({ id, flags, textBytes, metaBytes });
    expected = id + 1;
    total += textBytes + metaBytes;
  }
  const rest = reader.rest();
  if (total !== rest.length || expected > 2 ** 32)
    return failed({ kind: 'bad_length', what: 'the lengths of the chunks do not add up' });

  const chunks: Chunk[] = [];
  let textAt = 0;
  let metaAt = rows.reduce((sum, { textBytes }) => sum + textBytes, 0);
  for (const { id, flags, textBytes, metaBytes } of rows) {
    const text = bytesToText(rest.subarray(textAt, textAt + textBytes), flags & utf16 ? 'utf16' : 'utf8');
    if (text === undefined)
      return failed({ kind: 'bad_record', what: `the text of chunk ${id} is not text` });
    textAt += textBytes;
    if (flags & hasMeta) {
      const meta = parseObject(rest.subarray(metaAt, metaAt + metaBytes));
      if (meta === undefined)
        return failed({ kind: 'bad_record', what: `the metadata of chunk ${id} is not JSON` });
      chunks.push({ id, text, meta });
    } else chunks.push({ id, text });
    metaAt += metaBytes;
  }
  return read(chunks);
};

/** A JSON object, or `undefined`; what nests deeper than {@link isTooDeep} allows is none. */
export const parseObject = (bytes: Uint8Array): JsonObject | undefined => {
  try {
    const json = Buffer.from(bytes).toString('utf8');
    if (isTooDeep(json)) return undefined;
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
};
