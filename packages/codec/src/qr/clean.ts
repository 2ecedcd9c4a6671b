import { functionPatterns } from './function-patterns.js';
import type { Grid } from './grid.js';
import type { Picture } from './picture.js';
import { unscaleModules } from './unscale.js';

const quiet = 4;

/**
 * The modules of a QR code as if no video codec had touched it, 1 for dark: each is what its own pixels say it is, and
 * what every code of this version has in common is put back. Its error correction is then left for the data alone.
 */
export const cleanModules = (picture: Picture, grid: Grid): Uint8Array => {
  const { lights, darks } = functionPatterns(grid.version);
  const { modules, border } = grid;
  const levels =
    border === undefined ? sampleModules(picture, grid) : unscaleModules(picture, { modules, border });
  // Halfway between what dark and what light modules look like, judged by those that are known.
  const threshold = (meanAt(levels, lights) + meanAt(levels, darks)) / 2;
  const dark = levels instanceof Uint8Array ? darkInPlace(levels, threshold) : darkOf(levels, threshold);
  for (let at = 0; at < lights.length; at++) dark[lights[at] as number] = 0;
  for (let at = 0; at < darks.length; at++) dark[darks[at] as number] = 1;
  return dark;
};

/** Which levels are below the threshold, by their difference's sign: a branch on content is guessed wrong half of the time. */
const darkInPlace = (levels: Uint8Array, threshold: number): Uint8Array => {
  const limit = Math.ceil(threshold);
  for (let at = 0; at < levels.length; at++) levels[at] = ((levels[at] as number) - limit) >>> 31;
  return levels;
};

const darkOf = (levels: ArrayLike<number>, threshold: number): Uint8Array => {
  const dark = new Uint8Array(levels.length);
  for (let at = 0; at < levels.length; at++) dark[at] = (levels[at] as number) < threshold ? 1 : 0;
  return dark;
};

/** A picture of modules, one pixel each. */
export const drawModules = (dark: Uint8Array, modules: number): Picture => {
  const size = modules + 2 * quiet;
  const gray = new Uint8Array(size * size).fill(255);
  for (let row = 0; row < modules; row++)
    for (let column = 0; column < modules; column++)
      if (dark[row * modules + column] === 1) gray[(row + quiet) * size + column + quiet] = 0;
  return { width: size, height: size, gray };
};

const meanAt = (levels: ArrayLike<number>, places: Int32Array): number => {
  let sum = 0;
  for (let at = 0; at < places.length; at++) sum += levels[places[at] as number] as number;
  return sum / places.length;
};

/** The brightness of each module: the mean of the pixels that it covers, by the share of each that it covers. */
const sampleModules = (
  { gray, width }: Picture,
  { modules, pitch, origin }: Grid,
): Uint8Array | Float32Array => {
  if (pitch === 1) {
    const pixels = new Uint8Array(modules * modules);
    for (let row = 0; row < modules; row++) {
      const start = (origin + row) * width + origin;
      pixels.set(gray.subarray(start, start + modules), row * modules);
    }
    return pixels;
  }
  const levels = new Float32Array(modules * modules);
  const spans = spansOf(modules, pitch, origin, width);
  for (let row = 0; row < modules; row++)
    for (let column = 0; column < modules; column++) {
      const down = spans[row] as Span;
      const across = spans[column] as Span;
      let sum = 0;
      for (let y = 0; y < down.weights.length; y++) {
        const line = (down.start + y) * width + across.start;
        let lineSum = 0;
        for (let x = 0; x < across.weights.length; x++)
          lineSum += (gray[line + x] as number) * (across.weights[x] as number);
        sum += lineSum * (down.weights[y] as number);
      }
      levels[row * modules + column] = sum;
    }
  return levels;
};

type Span = { readonly start: number; readonly weights: readonly number[] };

/** Edges between modules are where scaling and coding blur most: with pixels to spare they are left out. */
const edgeShare = (pitch: number): number => (pitch >= 2 ? 0.2 : 0);

const spansOf = (modules: number, pitch: number, origin: number, width: number): Span[] =>
  Array.from({ length: modules }, (_, at) => {
    const from = origin + (at + edgeShare(pitch)) * pitch;
    const to = origin + (at + 1 - edgeShare(pitch)) * pitch;
    const start = Math.floor(from + 1e-9);
    const end = Math.min(width, Math.ceil(to - 1e-9));
    const weights: number[] = [];
    for (let pixel = start; pixel < end; pixel++)
      weights.push((Math.min(to, pixel + 1) - Math.max(from, pixel)) / (to - from));
    return { start, weights };
  });
