import type { Chunk } from '../chunk.js';
import { type ChunkRecord, joinRecords, recordBytes, toRecord } from './chunk-records.js';
import { type Compression, compress, maxUnpackedBytes, roughSize } from './compression.js';
import { cutIntoParts } from './cut-parts.js';
import { headerBytes, type PackedHeader, writePacked } from './packed-header.js';

/** A frame that lacks only its number. */
export type PackedBody = Omit<PackedHeader, 'frame'> & { readonly body: Uint8Array };

/** Chunks that one frame can count. */
const maxCount = 0xffff;

export const finishFrame = ({ body, ...header }: PackedBody, frame: number): Uint8Array =>
  writePacked({ ...header, frame }, body);

/**
 * Packs chunks into as few frames as whole chunks allow: each frame takes the longest run that fits when
 * compressed together (now and then one chunk less, where only trying would tell). A chunk that is too large for a frame of its own is cut into parts.
 *
 * @param capacity bytes that the QR code of one frame holds
 */
export const packChunks = (chunks: readonly Chunk[], capacity: number): PackedBody[] => {
  const records = chunks.map(toRecord);
  const room = capacity - headerBytes('chunks');
  const frames: PackedBody[] = [];
  const estimate = { ratio: 0.35, gain: 0.82 };
  for (let at = 0; at < records.length; ) {
    const first = records[at] as ChunkRecord;
    const run = longestRun(records, at, room, estimate);
    if (run === undefined) {
      const whole = joinRecords([first], first.id);
      frames.push(...cutIntoParts('piece', whole, capacity, first.id));
      at += 1;
      continue;
    }
    const { count, compression, packed } = run;
    frames.push({ kind: 'chunks', compression, firstChunk: first.id, count, body: packed });
    at += count;
  }
  return frames;
};

/** Share of a frame's room by which sizes guessed from a neighbour's may be wrong. */
const farOff = 0.06;

const plainBytes = (records: readonly ChunkRecord[], from: number, count: number): number => {
  let sum = 0;
  for (let at = from; at < from + count; at++) sum += recordBytes(records[at] as ChunkRecord);
  return sum;
};

type Run = { readonly count: number; readonly compression: Compression; readonly packed: Uint8Array };

/** What the frames before have shown: compressed to plain, and compressed to rough size. */
type Estimate = { ratio: number; gain: number };

/**
 * The longest run that fits. Compressing is what costs: a rough and quick compression tells the likely count, and the
 * real one then only confirms it, one chunk up or down.
 */
const longestRun = (
  records: readonly ChunkRecord[],
  from: number,
  room: number,
  estimate: Estimate,
): Run | undefined => {
  const { id } = records[from] as ChunkRecord;
  const most = countWithin(records, from, maxUnpackedBytes);
  const join = (count: number) => joinRecords(records.slice(from, from + count), id);
  const roughSizes = new Map<number, number>();
  const roughly = (count: number): number => {
    const size = roughSizes.get(count) ?? roughSize(join(count));
    roughSizes.set(count, size);
    return size;
  };
  // Sizes grow about as the bytes do: where that is far from the limit nothing needs to be tried.
  const likelySize = (count: number): number => {
    for (const [tried, size] of roughSizes) {
      const scaled =
        (size * estimate.gain * plainBytes(records, from, count)) / plainBytes(records, from, tried);
      if (Math.abs(count - tried) <= 2 && Math.abs(scaled - room) > room * farOff) return scaled;
    }
    return roughly(count) * estimate.gain;
  };

  const guess = Math.min(most, Math.max(1, countWithin(records, from, room / estimate.ratio)));
  let count = likelyCount(guess, most, room, likelySize);
  let best: Run | undefined;
  let tooMany = most + 1;
  while (count > 0 && count < tooMany && count !== best?.count) {
    const joined = join(count);
    const { compression, packed } = compress(joined);
    if (joined.length > 1000)
      Object.assign(estimate, {
        ratio: packed.length / joined.length,
        gain: packed.length / Math.max(1, roughly(count)),
      });
    if (packed.length > room) {
      tooMany = count;
      // A large step down where the guess was far off, by one where it was close.
      count = Math.max(
        best?.count ?? (count > 1 ? 1 : 0),
        Math.min(count - 1, Math.floor((count * room) / packed.length)),
      );
    } else {
      best = { count, compression, packed };
      if (count + 1 < tooMany && likelySize(count + 1) <= room * 1.01)
        count = Math.min(tooMany - 1, likelyCount(count + 1, most, room, likelySize));
    }
  }
  return best;
};

/** Walks from a guess to the largest count whose likely size fits; 1 at least. */
const likelyCount = (
  guess: number,
  most: number,
  room: number,
  likelySize: (count: number) => number,
): number => {
  let fits = 0;
  let tooMany = most + 1;
  let count = guess;
  while (count > fits && count < tooMany) {
    const size = likelySize(count);
    if (size <= room) fits = count;
    else tooMany = count;
    const scaled = Math.floor((count * room) / Math.max(1, size));
    count = Math.min(tooMany - 1, Math.max(fits + 1, Math.min(scaled, count * 4)));
  }
  return Math.max(1, fits);
};

/** How many records from here on stay within so many bytes before compression. */
const countWithin = (records: readonly ChunkRecord[], from: number, bytes: number): number => {
  let count = 0;
  for (let sum = 0; from + count < records.length && count < maxCount; count++) {
    sum += recordBytes(records[from + count] as ChunkRecord);
    if (sum > bytes) break;
  }
  return count;
};
