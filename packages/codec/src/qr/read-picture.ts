import { type FrameResult, failed } from '../frames/frame-failure.js';
import { cleanSymbol } from './clean.js';
import { enlarge } from './enlarge.js';
import { findGrid } from './grid.js';
import type { Picture } from './picture.js';
import { readWithZxing } from './zxing.js';

/**
 * Reads the QR code in a picture and what its payload says. A frame is called lost only when every way of reading has
 * been tried: cleaned on its grid, as it is, searched for, enlarged.
 *
 * @param accept reads the payload; where it fails, the next way is tried
 */
export const readPicture = async <Value>(
  picture: Picture,
  accept: (payload: Uint8Array) => FrameResult<Value>,
): Promise<FrameResult<Value>> => {
  let failure: FrameResult<never> = failed({ kind: 'no_symbol' });
  for (const way of ways) {
    const payload = await way(picture);
    if (payload === undefined) continue;
    const content = accept(payload);
    if (content.ok) return content;
    failure = content;
  }
  return failure;
};

const ways: readonly ((picture: Picture) => Promise<Uint8Array | undefined>)[] = [
  async (picture) => {
    const grid = findGrid(picture);
    return grid === undefined ? undefined : readWithZxing(cleanSymbol(picture, grid), 'crisp');
  },
  (picture) => readWithZxing(picture, 'pure'),
  (picture) => readWithZxing(picture, 'search'),
  (picture) => readWithZxing(enlarge(picture, 3), 'search'),
  (picture) => readWithZxing(picture, 'everything'),
];
