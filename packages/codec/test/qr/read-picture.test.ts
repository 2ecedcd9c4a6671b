import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { read } from '../../src/frames/frame-failure.js';
import { canvasPx, drawSymbol } from '../../src/qr/canvas.js';
import { cleanModules, drawModules } from '../../src/qr/clean.js';
import { enlarge } from '../../src/qr/enlarge.js';
import { findGrid } from '../../src/qr/grid.js';
import type { Picture } from '../../src/qr/picture.js';
import { readPicture } from '../../src/qr/read-picture.js';
import { type ErrorCorrection, type Mask, makeSymbol, maxPayloadBytes } from '../../src/qr/symbol.js';
import { readWithZxing } from '../../src/qr/zxing.js';

describe('a frame', () => {
  test.each<[ErrorCorrection, number]>([
    ['L', 1],
    ['M', 2],
    ['Q', 3],
    ['H', 1],
  ])('full at error correction %s and %i pixels a module comes back byte for byte', async (level, scale) => {
    const payload = randomBytes(maxPayloadBytes[level]);
    expect(await readBytes(draw(payload, { level, scale }))).toEqual(new Uint8Array(payload));
  });

  test.each<Mask>([0, 1, 2, 3, 4, 5, 6, 7])('with mask %i comes back', async (mask) => {
    const payload = randomBytes(500);
    expect(await readBytes(draw(payload, { mask }))).toEqual(new Uint8Array(payload));
  });

  test('one byte above the capacity can not be made', () => {
    expect(() => draw(randomBytes(maxPayloadBytes.L + 1), {})).toThrow(/do not fit/);
  });

  test('of one byte comes back', async () => {
    expect(await readBytes(draw(Buffer.from([0]), {}))).toEqual(Uint8Array.from([0]));
  });

  test('is read on its grid where zxing alone no longer can', async () => {
    const payload = randomBytes(maxPayloadBytes.L);
    const picture = draw(payload, {});
    // Damage the finder patterns and soften everything: the data stays, what zxing looks for does not.
    for (let at = 0; at < picture.gray.length; at++)
      picture.gray[at] = (picture.gray[at] ?? 0) > 127 ? 150 : 105;
    for (let line = 8; line < 11; line++)
      picture.gray.fill(150, line * picture.width + 7, line * picture.width + 14);
    expect(await readWithZxing(picture, 'pure')).toBeUndefined();
    expect(await readBytes(picture)).toEqual(new Uint8Array(payload));
  });

  test('is read when the picture was scaled by 1.5', async () => {
    const payload = randomBytes(1000);
    const large = enlarge(draw(payload, { scale: 2 }), 3);
    const halved = shrink(large, 2);
    expect(halved.width / canvasPx(2)).toBe(1.5);
    expect(await readBytes(halved)).toEqual(new Uint8Array(payload));
  });

  test.each([
    ['white', new Uint8Array(192 * 192).fill(255)],
    ['black', new Uint8Array(192 * 192)],
    ['noise', new Uint8Array(randomBytes(192 * 192))],
  ])('is not seen in %s', async (_, gray) => {
    expect(await readPicture({ width: 192, height: 192, gray }, read)).toEqual({
      ok: false,
      failure: { kind: 'no_symbol' },
    });
  });

  test('is looked for in a picture that is not square', async () => {
    const payload = randomBytes(300);
    const { width, gray } = draw(payload, { scale: 2 });
    const wide = new Uint8Array((width + 200) * width).fill(255);
    for (let row = 0; row < width; row++)
      wide.set(gray.subarray(row * width, (row + 1) * width), row * (width + 200));
    expect(await readBytes({ width: width + 200, height: width, gray: wide })).toEqual(
      new Uint8Array(payload),
    );
  });
});

describe('a picture that memvid v1 scaled', () => {
  test.each([
    [35, 256],
    [40, 256],
    [40, 320],
  ])('version %i in %i × %i pixels, coarsely coded, comes back', async (version, sizePx) => {
    // Always the same: some others zxing reads by itself.
    const payload = Buffer.from(Array.from({ length: 900 }, (_, at) => (at * at * 167 + at * 31) >> 3));
    const picture = scale(draw(payload, { level: 'M', version, scale: 5 }), version, sizePx);
    // A video codec takes a part of the contrast and leaves noise.
    for (let at = 0; at < picture.gray.length; at++)
      picture.gray[at] = 50 + ((picture.gray[at] ?? 0) * 150) / 255 + ((at * 7919) % 51) - 25;
    expect(await readWithZxing(picture, 'pure')).toBeUndefined();
    expect(await readBytes(picture)).toEqual(new Uint8Array(payload));
  });
});

describe('findGrid', () => {
  test.each([1, 2, 6, 7, 14, 27, 40])('tells version %i by its patterns', (version) => {
    const picture = draw(randomBytes(10), { version });
    expect(findGrid(picture)?.version).toBe(version);
  });
});

describe('cleaning', () => {
  test('gives a picture without a shade of gray, four light modules around the code', () => {
    const picture = draw(randomBytes(100), { version: 5 });
    const grid = findGrid(picture);
    const found = grid as NonNullable<typeof grid>;
    const clean = drawModules(cleanModules(picture, found), found.modules);
    expect(clean.width).toBe(37 + 8);
    expect(new Set(clean.gray)).toEqual(new Set([0, 255]));
  });
});

const readBytes = async (picture: Picture): Promise<Uint8Array | undefined> => {
  const result = await readPicture(picture, (payload) => read(Uint8Array.from(payload)));
  return result.ok ? result.value : undefined;
};

const draw = (
  payload: Uint8Array,
  options: { level?: ErrorCorrection; scale?: number; mask?: Mask; version?: number },
): Picture => {
  const { level = 'L', scale = 1, mask = 0, version } = options;
  const width = canvasPx(scale);
  const gray = new Uint8Array(width * width).fill(255);
  const symbol = makeSymbol(payload, {
    errorCorrection: level,
    mask,
    ...(version === undefined ? {} : { version }),
  });
  drawSymbol(symbol, width, gray);
  return { width, height: width, gray };
};

/** As OpenCV scales: mixed from the two nearest pixels of each line, however many lie between. */
const scale = ({ width, gray }: Picture, version: number, sizePx: number): Picture => {
  const drawnPx = (17 + 4 * version + 6) * 5;
  const from = Math.floor((width - (17 + 4 * version) * 5) / 2) - 15;
  const small = new Uint8Array(sizePx * sizePx);
  const places = Array.from({ length: sizePx }, (_, at) => ((at + 0.5) * drawnPx) / sizePx - 0.5);
  const at = (y: number, x: number): number => gray[(from + y) * width + from + x] ?? 255;
  for (const [row, y] of places.entries())
    for (const [column, x] of places.entries()) {
      const [top, left] = [Math.floor(y), Math.floor(x)];
      const [down, right] = [y - top, x - left];
      const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
      const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
      small[row * sizePx + column] = upper * (1 - down) + lower * down;
    }
  return { width: sizePx, height: sizePx, gray: small };
};

const shrink = ({ width, gray }: Picture, factor: number): Picture => {
  const size = Math.floor(width / factor);
  const small = new Uint8Array(size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let dy = 0; dy < factor; dy++)
        for (let dx = 0; dx < factor; dx++) sum += gray[(y * factor + dy) * width + x * factor + dx] ?? 0;
      small[y * size + x] = Math.round(sum / factor ** 2);
    }
  return { width: size, height: size, gray: small };
};
