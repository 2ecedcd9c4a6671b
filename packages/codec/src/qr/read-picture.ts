import { type FrameResult, failed } from '../frames/frame-failure.js';
import { cleanModules, drawModules } from './clean.js';
import { enlarge } from './enlarge.js';
import { findGrid, type Grid } from './grid.js';
import type { Picture } from './picture.js';
import { readSymbol } from './read-symbol.js';
import { readWithZxing } from './zxing.js';

/**
 * Reads the QR code in a picture and what its payload says. A frame is called lost only when every way of reading has
 * been tried: on its grid, by us and by zxing, then as it is, searched for, enlarged.
 *
 * @param accept reads the payload; where it fails, the next way is tried
 */
export const readPicture = async <Value>(
  picture: Picture,
  accept: (payload: Uint8Array) => FrameResult<Value>,
): Promise<FrameResult<Value>> => {
  let failure: FrameResult<never> = failed({ kind: 'no_symbol' });
  if (isBlank(picture)) return failure;
  const grid = findGrid(picture);
  const dark = grid === undefined ? undefined : cleanModules(picture, grid);
  for (const way of waysOf(picture, grid, dark)) {
    const payload = await way();
    if (payload === undefined) continue;
    const content = accept(payload);
    if (content.ok) return content;
    failure = content;
  }
  return failure;
};

/** Black, gray or green all over, as decoders show what they have lost: to search it every way would take a second. */
const isBlank = ({ gray }: Picture): boolean => {
  let darkest = 255;
  let lightest = 0;
  for (let at = 0; at < gray.length; at++) {
    const value = gray[at] as number;
    if (value < darkest) darkest = value;
    if (value > lightest) lightest = value;
    if (lightest - darkest > 16) return false;
  }
  return true;
};

type Way = () => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** The cheapest first; the first reads nearly all. */
const waysOf = (picture: Picture, grid: Grid | undefined, dark: Uint8Array | undefined): readonly Way[] => [
  ...(grid === undefined || dark === undefined
    ? []
    : [() => readSymbol(grid.version, dark), () => readWithZxing(drawModules(dark, grid.modules), 'crisp')]),
  () => readWithZxing(picture, 'pure'),
  () => readWithZxing(picture, 'search'),
  () => readWithZxing(enlarge(picture, 3), 'search'),
  () => readWithZxing(picture, 'everything'),
];
