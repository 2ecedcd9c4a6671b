import { maxModules, type QrSymbol } from './symbol.js';

/** Light modules around a QR code that the standard asks for. */
const quietModules = 4;
/** Video codecs work on blocks of this many pixels; a frame that ends with one wastes nothing. */
const blockPx = 16;

/** Width and height in pixels of every frame of an archive: room for the largest QR code with its quiet zone. */
export const canvasPx = (pixelsPerModule: number): number =>
  Math.ceil(((maxModules + 2 * quietModules) * pixelsPerModule) / blockPx) * blockPx;

/**
 * Width and height in pixels of frames for memvid v1's reader. OpenCV's detector works on pictures of this size and scales all
 * others to it, which costs it up to all of the larger codes.
 */
export const memvidFramePx = 512;

/** Where a QR code lies on a canvas: in the middle, as large as whole pixels per module allow. */
export const placeSymbol = (
  modules: number,
  sizePx: number,
): { readonly scale: number; readonly offset: number } => {
  const scale = Math.floor(sizePx / (modules + 2 * quietModules));
  return { scale, offset: Math.floor((sizePx - modules * scale) / 2) };
};

/** Draws a QR code into a gray picture of `sizePx` × `sizePx` pixels at the start of `target`, which must be white. */
export const drawSymbol = (symbol: QrSymbol, sizePx: number, target: Uint8Array): void => {
  const { scale, offset } = placeSymbol(symbol.modules, sizePx);
  const { modules, dark } = symbol;
  if (scale === 1) {
    for (let row = 0; row < modules; row++) {
      const from = row * modules;
      const to = (offset + row) * sizePx + offset;
      for (let column = 0; column < modules; column++) if (dark[from + column] === 1) target[to + column] = 0;
    }
    return;
  }
  for (let row = 0; row < modules; row++) {
    const start = (offset + row * scale) * sizePx + offset;
    let at = start;
    for (let module = row * modules; module < (row + 1) * modules; module++) {
      const value = dark[module] === 1 ? 0 : 255;
      for (let copy = 0; copy < scale; copy++) target[at++] = value;
    }
    for (let copy = 1; copy < scale; copy++) target.copyWithin(start + copy * sizePx, start, at);
  }
};
