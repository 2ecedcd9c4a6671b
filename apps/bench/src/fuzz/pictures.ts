import type { Chance } from '../soak/chance.js';

/** Changes a square gray picture: spots, bars, noise, another brightness, another orientation, another place. */
export const changePicture = (gray: Uint8Array, sizePx: number, chance: Chance): void => {
  const area = (value: () => number) => {
    const [x, y] = [chance.below(sizePx), chance.below(sizePx)];
    const [width, height] = [1 + chance.below(60), 1 + chance.below(60)];
    for (let row = y; row < Math.min(sizePx, y + height); row++)
      for (let column = x; column < Math.min(sizePx, x + width); column++)
        gray[row * sizePx + column] = value();
  };
  switch (chance.below(7)) {
    case 0:
      for (let times = 1 + chance.below(3000); times > 0; times--) {
        const at = chance.below(gray.length);
        gray[at] = 255 - (gray[at] ?? 0);
      }
      return;
    case 1:
      area(() => 0);
      return;
    case 2:
      area(() => chance.below(256));
      return;
    case 3: {
      const shift = chance.below(256);
      for (let at = 0; at < gray.length; at++) gray[at] = ((gray[at] ?? 0) + shift) & 255;
      return;
    }
    case 4:
      gray.reverse();
      return;
    case 5:
      gray.copyWithin(0, chance.below(sizePx * 20));
      return;
    default:
      gray.copyWithin(chance.below(gray.length), chance.below(gray.length), gray.length);
  }
};
