import type { Picture } from './picture.js';

/** A picture a whole number of times as large, smoothly: each pixel is mixed from the four nearest. */
export const enlarge = ({ width, height, gray }: Picture, factor: number): Picture => {
  const wide = width * factor;
  const high = height * factor;
  const large = new Uint8Array(wide * high);
  const at = (x: number, y: number): number =>
    gray[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] as number;
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const fromX = (x + 0.5) / factor - 0.5;
      const fromY = (y + 0.5) / factor - 0.5;
      const left = Math.floor(fromX);
      const top = Math.floor(fromY);
      const dx = fromX - left;
      const dy = fromY - top;
      const upper = at(left, top) * (1 - dx) + at(left + 1, top) * dx;
      const lower = at(left, top + 1) * (1 - dx) + at(left + 1, top + 1) * dx;
      large[y * wide + x] = Math.round(upper * (1 - dy) + lower * dy);
    }
  return { width: wide, height: high, gray: large };
};
