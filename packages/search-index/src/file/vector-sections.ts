// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { bytesPerRow, isScaled, packRows, unpackRows } from '../vectors/storage.js';
import type { VectorData, VectorSettings } from '../vectors/vector-table.js';
import { ByteReader, ByteWriter, DamagedBytes } from './bytes.js';

/** The number of slots, then how many rows each has. */
export const writeRowCounts = (firstRows: Uint32Array): Uint8Array => {
  const writer = new ByteWriter();
  writer.varint(firstRows.length - 1);
  for (let slot = 0; slot + 1 < firstRows.length; slot += 1)
    writer.varint(firstRows[slot + 1]! - firstRows[slot]!);
  return writer.bytes();
};

/** The rows as they are stored; scales, where there are any, are a section of their own. */
export const writeRows = (settings: VectorSettings, { rows, projection }: VectorData): Uint8Array =>
  packRows(settings.storage, rows, projection === undefined ? settings.dimensions : settings.reduceTo);

/** The projection of reduced rows, in a section that others do not have. */
export const writeProjection = (projection: Float32Array): Uint8Array =>
  new Uint8Array(projection.buffer, projection.byteOffset, projection.byteLength);

export const writeScales = ({ scales }: VectorData): Uint8Array =>
  new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength);

/** @throws {DamagedBytes} When something does not fit together. */
export const readVectors = (
  settings: VectorSettings,
  chunkCount: number,
  sections: {
    readonly counts: Uint8Array;
    readonly rows: Uint8Array;
    readonly scales: Uint8Array;
    /** Where rows are reduced. */
    readonly projection: Uint8Array | undefined;
  },
): VectorData => {
  const { storage } = settings;
  const projection = readProjection(settings, sections.projection);
  const dimensions = projection === undefined ? settings.dimensions : settings.reduceTo;
  const reader = new ByteReader(sections.counts);
  if (reader.count() !== chunkCount) throw new DamagedBytes('not one row count for each chunk');
  const width = bytesPerRow(storage, dimensions);
  const rowCount = sections.rows.length / width;
  const firstRows = new Uint32Array(chunkCount + 1);
  for (let slot = 0; slot < chunkCount; slot += 1) {
    const end = firstRows[slot]! + reader.varint();
    if (end > rowCount) throw new DamagedBytes('more rows than there are');
    firstRows[slot + 1] = end;
  }
  reader.end();
  if (firstRows[chunkCount] !== rowCount) throw new DamagedBytes('fewer rows than there are');
  if (sections.scales.length !== (isScaled(storage) ? rowCount * 4 : 0)) throw new DamagedBytes('scales');
  const scales = new Float32Array(
    sections.scales.buffer,
    sections.scales.byteOffset,
    sections.scales.length / 4,
  );
  const rows = unpackRows(storage, sections.rows, dimensions, rowCount);
  if (!scales.every(Number.isFinite)) throw new DamagedBytes('a scale that is no number');
  if (rows instanceof Float32Array && !allFinite(rows)) throw new DamagedBytes('a value that is no number');
  return { rows, scales, firstRows, projection };
};

const readProjection = (
  { dimensions, reduceTo }: VectorSettings,
  bytes: Uint8Array | undefined,
): Float32Array | undefined => {
  if (bytes === undefined || bytes.length === 0) return undefined;
  if (reduceTo === 0 || bytes.length !== dimensions * reduceTo * 4) throw new DamagedBytes('projection');
  const projection = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  if (!allFinite(projection)) throw new DamagedBytes('a value that is no number');
  return projection;
};

/** What `every(Number.isFinite)` says, ten times as fast: a number that is not finite is not 0 when taken from itself. */
const allFinite = (values: Float32Array): boolean => {
  let difference = 0;
  for (let at = 0; at < values.length; at += 1) difference += values[at]! - values[at]!;
  return difference === 0;
};
