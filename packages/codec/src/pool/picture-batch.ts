import type { Picture } from '../qr/picture.js';

/** Gray pictures of one size, one after the other in one buffer, so that a batch moves between threads at no cost. */
export type PictureBatch = {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly gray: Uint8Array;
};

/** The pictures of a batch, in its memory. */
export const picturesOf = ({ width, height, count, gray }: PictureBatch): Picture[] =>
  Array.from({ length: count }, (_, at) => ({
    width,
    height,
    gray: gray.subarray(at * width * height, (at + 1) * width * height),
  }));
