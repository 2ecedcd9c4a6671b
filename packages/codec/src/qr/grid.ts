import { canvasPx, memvidFramePx, placeSymbol } from './canvas.js';
import type { Picture } from './picture.js';
import { modulesOfVersion } from './version.js';

/** Where the modules of a QR code lie in an upright picture. */
export type Grid = {
  readonly version: number;
  readonly modules: number;
  /** Pixels from one module to the next; not whole where the video was scaled. */
  readonly pitch: number;
  /** Pixels from the picture's edge to the first module, to the right and down. */
  readonly origin: number;
  /** Set where the code fills the picture, as memvid v1 draws it: the light modules around it. */
  readonly border?: number;
};

const versions = Array.from({ length: 40 }, (_, at) => at + 1);
/** Pixels per module of the canvases that our profiles draw on. */
const ownScales = [1, 2, 3, 4];
/** Light modules around a code that fills its picture, as memvid v1 (3) and the standard (4) have it. */
const borders = [3, 4];

const cache = new Map<number, readonly Grid[]>();

/** Every grid that a square picture of this size can have, ours first: at its own size, or scaled as a whole. */
export const possibleGrids = (sizePx: number): readonly Grid[] => {
  const known = cache.get(sizePx);
  if (known !== undefined) return known;
  const canvases = [...ownScales.map(canvasPx), memvidFramePx];
  const bases = canvases.includes(sizePx) ? [sizePx] : canvases;
  const own = bases.flatMap((base) =>
    versions.map((version): Grid => {
      const modules = modulesOfVersion(version);
      const { scale, offset } = placeSymbol(modules, base);
      const factor = sizePx / base;
      return { version, modules, pitch: scale * factor, origin: offset * factor };
    }),
  );
  const foreign = borders.flatMap((border) =>
    versions.map((version): Grid => {
      const modules = modulesOfVersion(version);
      const pitch = sizePx / (modules + 2 * border);
      return { version, modules, pitch, origin: border * pitch, border };
    }),
  );
  const grids = [...own, ...foreign].filter(({ pitch }) => pitch >= 0.99);
  cache.set(sizePx, grids);
  return grids;
};

/** Below this share of expected finder and timing modules there is no such grid. */
const enough = 0.9;
/** From this share on no other grid is looked at. */
const certain = 0.97;

/** The grid of the last picture of a size: frames of one video share it. */
const lastFound = new Map<number, Grid>();

/** The grid whose finder and timing patterns the picture shows best, or `undefined` if it shows none. */
export const findGrid = (picture: Picture): Grid | undefined => {
  if (picture.width !== picture.height) return undefined;
  const threshold = meanOf(picture.gray);
  const last = lastFound.get(picture.width);
  if (last !== undefined && scoreOf(picture, last, threshold) >= certain) return last;
  let best: Grid | undefined;
  let bestScore = enough;
  for (const grid of possibleGrids(picture.width)) {
    const score = scoreOf(picture, grid, threshold);
    if (score > bestScore) {
      best = grid;
      bestScore = score;
    }
  }
  if (best !== undefined) lastFound.set(picture.width, best);
  return best;
};

const scoreOf = ({ gray, width }: Picture, { modules, pitch, origin }: Grid, threshold: number): number => {
  // The first pixel of each line's middle, so that the loops below only add.
  const middles = Int32Array.from({ length: modules }, (_, at) => origin + (at + 0.5) * pitch);
  let right = 0;
  let seen = 0;
  const expect = (row: number, column: number, isDark: boolean): void => {
    seen += 1;
    const value = gray[(middles[row] as number) * width + (middles[column] as number)] ?? 255;
    if (value < threshold === isDark) right += 1;
  };
  for (let at = 8; at < modules - 8; at++) {
    expect(6, at, at % 2 === 0);
    expect(at, 6, at % 2 === 0);
  }
  const far = modules - 7;
  for (const [top, left] of [
    [0, 0],
    [0, far],
    [far, 0],
  ] as const)
    for (let row = 0; row < 7; row++)
      for (let column = 0; column < 7; column++)
        expect(top + row, left + column, finder[row * 7 + column] === 1);
  return right / seen;
};

/** A finder pattern: dark but for the ring between its core and its edge. */
const finder = Uint8Array.from({ length: 49 }, (_, at) =>
  Math.max(Math.abs(Math.floor(at / 7) - 3), Math.abs((at % 7) - 3)) === 2 ? 0 : 1,
);

const meanOf = (gray: Uint8Array): number => {
  let sum = 0;
  // Every seventh pixel tells as much; 7 divides no width that would make it a pattern.
  let count = 0;
  for (let at = 0; at < gray.length; at += 7, count++) sum += gray[at] as number;
  return sum / count;
};
