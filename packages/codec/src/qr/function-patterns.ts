import { createRequire } from 'node:module';
import { modulesOfVersion } from './version.js';

/*
 * What the library knows of the standard: where the alignment patterns lie, and how a version is written. It draws whole
 * codes only, which takes 30 ms the first time in each process. Not in its public types; the version is pinned, and
 * the tests compare all forty versions with its own.
 */
const require = createRequire(import.meta.url);
const alignment: {
  /** The middle of each. */
  getPositions(version: number): readonly (readonly [row: number, column: number])[];
} = require('qrcode/lib/core/alignment-pattern');
const versions: { getEncodedBits(version: number): number } = require('qrcode/lib/core/version');

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
  const size = modulesOfVersion(version);
  const fixed = drawPatterns(version, size);
  const patterns = { modules: size, fixed, lights: placesOf(0, fixed), darks: placesOf(1, fixed) };
  cache.set(version, patterns);
  return patterns;
};

const drawPatterns = (version: number, size: number): Uint8Array => {
  const fixed = new Uint8Array(size * size).fill(dependsOnContent);
  /** Rings around a middle: the outermost is `radius` away, and those of the distances in `light` are light. */
  const rings = (middleRow: number, middleColumn: number, radius: number, light: readonly number[]): void => {
    for (let row = Math.max(0, middleRow - radius); row <= Math.min(size - 1, middleRow + radius); row++)
      for (let column = middleColumn - radius; column <= middleColumn + radius; column++) {
        if (column < 0 || column >= size) continue;
        const distance = Math.max(Math.abs(row - middleRow), Math.abs(column - middleColumn));
        fixed[row * size + column] = light.includes(distance) ? 0 : 1;
      }
  };
  // Finder patterns, each with the light modules around it.
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const)
    rings(row, column, 4, [2, 4]);
  for (let at = 8; at < size - 8; at++) {
    fixed[6 * size + at] = 1 - (at % 2);
    fixed[at * size + 6] = 1 - (at % 2);
  }
  for (const [row, column] of alignment.getPositions(version)) rings(row, column, 2, [1]);
  if (version >= 7) {
    const bits = versions.getEncodedBits(version);
    for (let bit = 0; bit < 18; bit++) {
      const [along, across] = [Math.floor(bit / 3), size - 11 + (bit % 3)];
      fixed[along * size + across] = (bits >> bit) & 1;
      fixed[across * size + along] = (bits >> bit) & 1;
    }
  }
  // The one module beside the format information that is always dark.
  fixed[(size - 8) * size + 8] = 1;
  return fixed;
};

/** A plain loop: every thread goes through it before its first frame, and nothing of it is compiled then. */
const placesOf = (value: number, fixed: Uint8Array): Int32Array => {
  const places = new Int32Array(fixed.length);
  let count = 0;
  for (let at = 0; at < fixed.length; at++) if (fixed[at] === value) places[count++] = at;
  return places.slice(0, count);
};
