import { crc32 } from '../bytes/crc32.js';
import { writeJsonFrame } from '../frames/json-format.js';
import { drawSymbol, memvidFramePx } from '../qr/canvas.js';
import { makeMemvidSymbol, maxMemvidPayloadBytes } from './memvid-symbol.js';

/** Frames for memvid v1's reader, or the first text that does not fit one, by its place among those given. */
export type MemvidFrames =
  | {
      readonly ok: true;
      readonly gray: Uint8Array;
      readonly drawn: readonly { readonly payloadCrc: number; readonly pictureCrc: number }[];
    }
  | { readonly ok: false; readonly at: number; readonly bytes: number; readonly limitBytes: number };

/** Draws a frame for each text; ids and frames count on from `first`. */
export const drawMemvidFrames = (texts: readonly string[], first: number): MemvidFrames => {
  const pixels = memvidFramePx * memvidFramePx;
  const gray = new Uint8Array(texts.length * pixels).fill(255);
  const drawn: { payloadCrc: number; pictureCrc: number }[] = [];
  for (const [at, text] of texts.entries()) {
    const payload = writeJsonFrame({ id: first + at, text }, first + at);
    const symbol = makeMemvidSymbol(payload);
    if (symbol === undefined)
      return { ok: false, at, bytes: payload.length, limitBytes: maxMemvidPayloadBytes };
    const picture = gray.subarray(at * pixels, (at + 1) * pixels);
    drawSymbol(symbol, memvidFramePx, picture);
    drawn.push({ payloadCrc: crc32(payload), pictureCrc: crc32(picture) });
  }
  return { ok: true, gray, drawn };
};
