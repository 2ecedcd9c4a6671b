import { createRequire } from 'node:module';

/** The library's core alone: its main file also loads what draws pictures, which takes 15 ms. */
const qrcode: typeof import('qrcode') = createRequire(import.meta.url)('qrcode/lib/core/qrcode');

/** Per module what it is in every QR code of a version: 0 light, 1 dark, 2 depends on the content. */
export type FunctionPatterns = {
  readonly modules: number;
  readonly fixed: Uint8Array;
  /** The modules that are light in every one, and those that are dark. */
  readonly lights: Int32Array;
  readonly darks: Int32Array;
};

export const dependsOnContent = 2;

const cache = new Map<number, FunctionPatterns>();

/** Finder, timing and alignment patterns and the version information of a version, 1 to 40. */
export const functionPatterns = (version: number): FunctionPatterns => {
  const known = cache.get(version);
  if (known !== undefined) return known;
  const { modules } = qrcode.create([{ data: new Uint8Array(1), mode: 'byte' }], {
    version,
    errorCorrectionLevel: 'L',
    maskPattern: 0,
  });
  const size = modules.size;
  const fixed = new Uint8Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const at = row * size + column;
      const constant = modules.reservedBit[at] === 1 && !isFormatInformation(row, column, size);
      fixed[at] = constant ? (modules.data[at] ? 1 : 0) : dependsOnContent;
    }
  const patterns = { modules: size, fixed, lights: placesOf(0, fixed), darks: placesOf(1, fixed) };
  cache.set(version, patterns);
  return patterns;
};

/** A plain loop: every thread goes through it before its first frame, and nothing of it is compiled then. */
const placesOf = (value: number, fixed: Uint8Array): Int32Array => {
  const places = new Int32Array(fixed.length);
  let count = 0;
  for (let at = 0; at < fixed.length; at++) if (fixed[at] === value) places[count++] = at;
  return places.slice(0, count);
};

/** The two copies beside the finder patterns that name error correction and mask. */
const isFormatInformation = (row: number, column: number, size: number): boolean =>
  (row === 8 && column !== 6 && (column <= 8 || column >= size - 8)) ||
  (column === 8 && row !== 6 && (row <= 8 || row >= size - 7));
