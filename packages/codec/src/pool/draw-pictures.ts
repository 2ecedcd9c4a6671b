import { crc32 } from '../bytes/crc32.js';
import { drawSymbol } from '../qr/canvas.js';
import { packBits } from '../qr/pack-bits.js';
import type { Picture } from '../qr/picture.js';
import { type ErrorCorrection, type Mask, makeSymbol } from '../qr/symbol.js';
import { type PictureBatch, picturesOf } from './picture-batch.js';

/** Checksums of a frame as it was drawn; that of the picture is over the bytes that go to ffmpeg. */
export type DrawnFrame = { readonly payloadCrc: number; readonly pictureCrc: number };

export type DrawInput = {
  readonly payloads: readonly Uint8Array[];
  readonly masks: readonly Mask[];
  readonly errorCorrection: ErrorCorrection;
  readonly version: number | undefined;
  readonly sizePx: number;
};

type Drawn = { readonly drawn: readonly DrawnFrame[]; readonly tookMs: number };

export type DrawnPictures = PictureBatch & Drawn;

/** Pictures of one size with one bit a pixel, 1 for white, one after the other. */
export type DrawnBits = Drawn & { readonly bits: Uint8Array };

export const drawFrames = (input: DrawInput): DrawnPictures => {
  const begun = performance.now();
  const { payloads, sizePx } = input;
  const gray = new Uint8Array(payloads.length * sizePx * sizePx).fill(255);
  const batch = { width: sizePx, height: sizePx, count: payloads.length, gray };
  const pictures = picturesOf(batch);
  const drawn = payloads.map((payload, at): DrawnFrame => {
    const picture = (pictures[at] as Picture).gray;
    draw(input, at, picture);
    return { payloadCrc: crc32(payload), pictureCrc: crc32(picture) };
  });
  return { ...batch, drawn, tookMs: performance.now() - begun };
};

/** Where pictures are drawn before they become bits: one for each thread, used again and again. */
let easel = new Uint8Array(0);

export const drawBits = (input: DrawInput): DrawnBits => {
  const begun = performance.now();
  const { payloads, sizePx } = input;
  if (easel.length !== sizePx * sizePx) easel = new Uint8Array(sizePx * sizePx);
  const pictureBytes = easel.length / 8;
  const bits = new Uint8Array(payloads.length * pictureBytes);
  const drawn = payloads.map((payload, at): DrawnFrame => {
    draw(input, at, easel.fill(255));
    const picture = bits.subarray(at * pictureBytes, (at + 1) * pictureBytes);
    packBits(easel, picture);
    return { payloadCrc: crc32(payload), pictureCrc: crc32(picture) };
  });
  return { bits, drawn, tookMs: performance.now() - begun };
};

const draw = (
  { payloads, masks, errorCorrection, version, sizePx }: DrawInput,
  at: number,
  to: Uint8Array,
) => {
  const symbol = makeSymbol(payloads[at] as Uint8Array, {
    errorCorrection,
    mask: masks[at] ?? 0,
    ...(version === undefined ? {} : { version }),
  });
  drawSymbol(symbol, sizePx, to);
};
