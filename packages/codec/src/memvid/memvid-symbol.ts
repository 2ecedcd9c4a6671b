import { blocksOf } from '../qr/layout.js';
import {
  type ErrorCorrection,
  type Mask,
  makeSymbol,
  type QrSymbol,
  segmentHeaderBits,
} from '../qr/symbol.js';
import { countFalseFinders } from './false-finders.js';

/** The largest version with four pixels a module in such a frame. With three the detector loses every sixth code. */
const largestVersion = 25;

/** memvid's own choice first; with the other a longer text fits. */
const corrections: readonly ErrorCorrection[] = ['M', 'L'];
const masks: readonly Mask[] = [0, 1, 2, 3, 4, 5, 6, 7];

const roomOf = (version: number, errorCorrection: ErrorCorrection): number =>
  Math.floor((blocksOf(version, errorCorrection).dataBytes * 8 - segmentHeaderBits(version)) / 8);

/**
 * Bytes of payload that a frame holds which memvid v1's reader can read. Two versions more would hold it as well: of the
 * largest alone every two hundredth payload has no mask without a false finder pattern.
 */
export const maxMemvidPayloadBytes = roomOf(largestVersion - 2, 'L');

/**
 * A code in which nothing looks like a finder pattern but the three that are: of the masks, then of the next versions,
 * then of the next error correction, the first that has none. `undefined` for a payload that is too long.
 */
export const makeMemvidSymbol = (payload: Uint8Array): QrSymbol | undefined => {
  if (payload.length > maxMemvidPayloadBytes) return undefined;
  let best: QrSymbol | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const errorCorrection of corrections)
    for (let version = 1; version <= largestVersion; version++) {
      if (roomOf(version, errorCorrection) < payload.length) continue;
      for (const mask of masks) {
        const symbol = makeSymbol(payload, { errorCorrection, mask, version });
        const found = countFalseFinders(symbol.dark, symbol.modules);
        if (found === 0) return symbol;
        if (found < fewest) [best, fewest] = [symbol, found];
      }
    }
  return best;
};
