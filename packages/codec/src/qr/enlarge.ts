import type { Picture } from './picture.js';

/** A picture a whole number of times as large, smoothly: each pixel is mixed from the four nearest. */
export const enlarge = ({ width, height, gray }: Picture, factor: number): Picture => {
  const wide = width * factor;
  const large = new Uint8Array(wide * height * factor);
  const across = neighbours(width, factor);
  for (const [y, down] of neighbours(height, factor).entries()) {
    const upper = down.first * width;
    const lower = down.second * width;
    let at = y * wide;
    for (const { first, second, share } of across) {
      const above = mix(gray[upper + first] as number, gray[upper + second] as number, share);
      const below = mix(gray[lower + first] as number, gray[lower + second] as number, share);
      large[at++] = mix(above, below, down.share) + 0.5;
    }
  }
  return { width: wide, height: height * factor, gray: large };
};

const mix = (first: number, second: number, share: number): number => first + (second - first) * share;

type Neighbours = { readonly first: number; readonly second: number; readonly share: number };

/** For each position of the enlarged line the two pixels that it lies between, and how far it is from the first. */
const neighbours = (length: number, factor: number): Neighbours[] =>
  Array.from({ length: length * factor }, (_, at) => {
    const place = (at + 0.5) / factor - 0.5;
    const first = Math.floor(place);
    return { first: Math.max(0, first), second: Math.min(length - 1, first + 1), share: place - first };
  });
