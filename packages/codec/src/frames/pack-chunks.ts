import type { Chunk } from '../chunk.js';
import { type ChunkRecord, joinRecords, recordBytes, toRecord } from './chunk-records.js';
import { type Compression, compress, maxUnpackedBytes } from './compression.js';
import { cutIntoParts } from './cut-parts.js';
import { headerBytes, type PackedHeader, writePacked } from './packed-header.js';

/** A frame that lacks only its number. */
export type PackedBody = Omit<PackedHeader, 'frame'> & { readonly body: Uint8Array };

/** Chunks that one frame can count. */
const maxCount = 0xffff;
/** A guess for the first frame only; after it the frame before tells. */
const firstRatio = 0.35;

export const finishFrame = ({ body, ...header }: PackedBody, frame: number): Uint8Array =>
  writePacked({ ...header, frame }, body);

/**
 * Packs chunks into as few frames as whole chunks allow: each frame takes the longest run that still fits when
 * compressed together. A chunk that is too large for a frame of its own is cut into parts.
 *
 * @param capacity bytes that the QR code of one frame holds
 */
export const packChunks = (chunks: readonly Chunk[], capacity: number): PackedBody[] => {
  const records = chunks.map(toRecord);
  const frames: PackedBody[] = [];
  let ratio = firstRatio;
  for (let at = 0; at < records.length; ) {
    const run = longestRun(records, at, capacity - headerBytes('chunks'), ratio);
    const first = records[at] as ChunkRecord;
    if (run === undefined) {
      const whole = joinRecords([first], first.id);
      frames.push(...cutIntoParts('piece', whole, capacity, first.id));
      at += 1;
      continue;
    }
    const { count, compression, packed } = run;
    frames.push({ kind: 'chunks', compression, firstChunk: first.id, count, body: packed });
    ratio = run.ratio;
    at += count;
  }
  return frames;
};

type Run = {
  readonly count: number;
  readonly compression: Compression;
  readonly packed: Uint8Array;
  readonly ratio: number;
};

/** Compressing is what costs, so the search starts at the likely count and stops as soon as the next cannot fit. */
const longestRun = (
  records: readonly ChunkRecord[],
  from: number,
  room: number,
  ratio: number,
): Run | undefined => {
  const firstChunk = (records[from] as ChunkRecord).id;
  const limit = countWithin(records, from, maxUnpackedBytes);
  let best: Run | undefined;
  let tooMany = limit + 1;
  let guess = Math.min(limit, Math.max(1, countWithin(records, from, room / ratio)));
  while (guess > 0 && guess < tooMany) {
    const joined = joinRecords(records.slice(from, from + guess), firstChunk);
    const { compression, packed } = compress(joined);
    const measured = packed.length / joined.length;
    if (packed.length > room) {
      tooMany = guess;
      guess = Math.max(best?.count ?? 0, Math.min(guess - 1, countWithin(records, from, room / measured)));
      if (guess === 0 && best === undefined && tooMany > 1) guess = 1;
      if (guess === best?.count) break;
    } else {
      best = { count: guess, compression, packed, ratio: measured };
      const likely = Math.max(guess, countWithin(records, from, room / measured));
      // One more is worth a try only if the average says that it might fit.
      if (likely === guess) {
        const next = records[from + guess];
        if (next === undefined || packed.length + recordBytes(next) * measured > room * 1.03) break;
      }
      guess = Math.min(Math.max(likely, guess + 1), tooMany - 1);
      if (guess === best.count) break;
    }
  }
  return best;
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
