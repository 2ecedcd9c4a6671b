/**
 * What a FAISS file holds that memvid v1 wrote: `IndexIDMap` (or `IndexIDMap2`) around another index, which is read
 * when it is flat.
 */
export type FaissFile = {
  /** Numbers in a vector. */
  readonly dimensions: number;
  readonly count: number;
  /** Four letters that name the inner index: `IxF2` is flat with L2, `IxFI` flat with inner products. */
  readonly inner: string;
  /** The vectors and their ids; `undefined` where the inner index is not flat. */
  readonly flat: { readonly ids: readonly number[]; readonly vectors: readonly Float32Array[] } | undefined;
};

const idMaps = ['IxMp', 'IxM2'];
const flats = ['IxF2', 'IxFI'];
const l2 = { name: 'IxF2', metric: 1 };
/** Two numbers that FAISS writes into each header and never reads. */
const unused = 1n << 20n;
/** Name, dimensions, count, the two unused, trained or not, metric. */
const headerBytes = 4 + 4 + 8 + 8 + 8 + 1 + 4;

/** Reads the bytes of such a file; `undefined` for any other, or where lengths don't fit. */
export const parseFaissFile = (bytes: Uint8Array): FaissFile | undefined => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const outer = readHeader(view, 0);
  if (outer === undefined || !idMaps.includes(outer.name)) return undefined;
  const inner = readHeader(view, outer.end);
  if (inner === undefined || inner.dimensions !== outer.dimensions || inner.count !== outer.count)
    return undefined;
  const { dimensions, count } = outer;
  const common = { dimensions, count, inner: inner.name };
  if (!flats.includes(inner.name)) return { ...common, flat: undefined };
  const start = inner.end + 8;
  const ids = start + count * dimensions * 4;
  if (view.length !== ids + 8 + count * 8) return undefined;
  if (Number(view.readBigUInt64LE(inner.end)) !== count * dimensions) return undefined;
  if (Number(view.readBigUInt64LE(ids)) !== count) return undefined;
  // A copy of its own, so that the numbers lie where a Float32Array wants them.
  const values = new Float32Array(Uint8Array.from(bytes.subarray(start, ids)).buffer);
  return {
    ...common,
    flat: {
      ids: Array.from({ length: count }, (_, at) => Number(view.readBigInt64LE(ids + 8 + at * 8))),
      vectors: Array.from({ length: count }, (_, at) =>
        values.subarray(at * dimensions, (at + 1) * dimensions),
      ),
    },
  };
};

/** The bytes of `IndexIDMap(IndexFlatL2)` as FAISS itself writes them, ids from 0 on. */
export const faissFileBytes = (dimensions: number, vectors: readonly Float32Array[]): Uint8Array => {
  const count = vectors.length;
  const bytes = Buffer.alloc(2 * headerBytes + 16 + count * (dimensions * 4 + 8));
  let at = writeHeader(bytes, 0, 'IxMp', dimensions, count);
  at = writeHeader(bytes, at, l2.name, dimensions, count);
  at = bytes.writeBigUInt64LE(BigInt(count * dimensions), at);
  for (const vector of vectors) for (const value of vector) at = bytes.writeFloatLE(value, at);
  at = bytes.writeBigUInt64LE(BigInt(count), at);
  for (let id = 0; id < count; id++) at = bytes.writeBigInt64LE(BigInt(id), at);
  return bytes;
};

const readHeader = (view: Buffer, at: number) => {
  if (view.length < at + headerBytes) return undefined;
  const metric = view.readInt32LE(at + 33);
  const count = Number(view.readBigInt64LE(at + 8));
  const dimensions = view.readInt32LE(at + 4);
  // Other metrics have an argument more; memvid has none of them.
  if (metric < 0 || metric > 1 || count < 0 || dimensions < 1) return undefined;
  return { name: view.toString('latin1', at, at + 4), dimensions, count, end: at + headerBytes };
};

const writeHeader = (bytes: Buffer, at: number, name: string, dimensions: number, count: number): number => {
  bytes.write(name, at, 'latin1');
  bytes.writeInt32LE(dimensions, at + 4);
  bytes.writeBigInt64LE(BigInt(count), at + 8);
  bytes.writeBigInt64LE(unused, at + 16);
  bytes.writeBigInt64LE(unused, at + 24);
  bytes.writeUInt8(1, at + 32);
  bytes.writeInt32LE(l2.metric, at + 33);
  return at + headerBytes;
};
