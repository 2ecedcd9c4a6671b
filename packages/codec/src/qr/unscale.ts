import type { Picture } from './picture.js';

/** Pixels a module in the pictures that memvid v1 draws, before it scales them to the frame. */
const boxPx = 5;

/** How memvid v1 scales: every pixel of a line is mixed from two neighbours of the line that was drawn. */
type Mixing = {
  /** For each pixel the first of the two modules it can show, quiet zone included, and the share of the second. */
  readonly first: Int32Array;
  readonly share: Float64Array;
  /** Cholesky's factors of the normal equations: with two modules a pixel they have three diagonals. */
  readonly diagonal: Float64Array;
  readonly lower: Float64Array;
};

/** A little of it keeps a module that no pixel shows alone from taking wild values. */
const ridge = 0.05;

const cache = new Map<string, Mixing>();

const mixingOf = (sizePx: number, cells: number): Mixing => {
  const key = `${sizePx} ${cells}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const drawnPx = cells * boxPx;
  const first = new Int32Array(sizePx);
  const share = new Float64Array(sizePx);
  const diagonal = new Float64Array(cells).fill(ridge);
  const lower = new Float64Array(cells);
  for (let pixel = 0; pixel < sizePx; pixel++) {
    const place = Math.min(Math.max(((pixel + 0.5) * drawnPx) / sizePx - 0.5, 0), drawnPx - 1);
    const from = Math.floor(place);
    const cell = Math.floor(from / boxPx);
    const next = Math.floor(Math.min(from + 1, drawnPx - 1) / boxPx);
    const second = next === cell ? 0 : place - from;
    first[pixel] = cell;
    share[pixel] = second;
    diagonal[cell] = (diagonal[cell] as number) + (1 - second) ** 2;
    if (next === cell) continue;
    diagonal[next] = (diagonal[next] as number) + second ** 2;
    lower[next] = (lower[next] as number) + second * (1 - second);
  }
  for (let cell = 1; cell < cells; cell++) {
    const factor = (lower[cell] as number) / (diagonal[cell - 1] as number);
    diagonal[cell] = (diagonal[cell] as number) - factor * (lower[cell] as number);
    lower[cell] = factor;
  }
  const mixing = { first, share, diagonal, lower };
  cache.set(key, mixing);
  return mixing;
};

/**
 * The brightness of each module of a code that fills its picture, as memvid v1 draws it: five pixels a module, scaled
 * down to the frame by mixing neighbours. Undoes the mixing: of all drawings the one whose scaled picture is
 * nearest to what is there. Modules that share a pixel with their neighbour come out as clear as the others, which
 * leaves the code's error correction for what the video codec did.
 *
 * @param border light modules around the code
 */
export const unscaleModules = (
  { gray, width }: Picture,
  { modules, border }: { readonly modules: number; readonly border: number },
): Float32Array => {
  const cells = modules + 2 * border;
  const mixing = mixingOf(width, cells);
  // Along the rows, then along the columns of what that gave.
  const across = new Float64Array(width * cells);
  for (let row = 0; row < width; row++)
    unmix(mixing, width, (pixel) => gray[row * width + pixel] as number, across.subarray(row * cells));
  const levels = new Float32Array(modules * modules);
  const line = new Float64Array(cells);
  for (let column = 0; column < modules; column++) {
    line.fill(0);
    unmix(mixing, width, (pixel) => across[pixel * cells + column + border] as number, line);
    for (let row = 0; row < modules; row++) levels[row * modules + column] = line[row + border] as number;
  }
  return levels;
};

/** Solves one line into `target`, which must be 0. */
const unmix = (
  { first, share, diagonal, lower }: Mixing,
  pixels: number,
  valueAt: (pixel: number) => number,
  target: Float64Array,
): void => {
  for (let pixel = 0; pixel < pixels; pixel++) {
    const cell = first[pixel] as number;
    const second = share[pixel] as number;
    const value = valueAt(pixel);
    target[cell] = (target[cell] as number) + (1 - second) * value;
    if (second > 0) target[cell + 1] = (target[cell + 1] as number) + second * value;
  }
  const cells = diagonal.length;
  for (let cell = 1; cell < cells; cell++)
    target[cell] = (target[cell] as number) - (lower[cell] as number) * (target[cell - 1] as number);
  for (let cell = cells - 1; cell >= 0; cell--) {
    const after = cell + 1 < cells ? (lower[cell + 1] as number) * (target[cell + 1] as number) : 0;
    target[cell] = (target[cell] as number) / (diagonal[cell] as number) - after;
  }
};
