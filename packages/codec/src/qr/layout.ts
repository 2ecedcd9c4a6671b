import { createRequire } from 'node:module';
import { dependsOnContent, functionPatterns } from './function-patterns.js';
import type { ErrorCorrection, Mask } from './symbol.js';

/*
 * What the library knows of the standard: how many blocks a code has, and how it names its mask. Not in its public
 * types; the version is pinned, and the tests compare whole codes with its own.
 */
const require = createRequire(import.meta.url);
type Level = { readonly bit: number };
const levels: Readonly<Record<ErrorCorrection, Level>> = require('qrcode/lib/core/error-correction-level');
const blockTable: {
  getBlocksCount(version: number, level: Level): number;
  getTotalCodewordsCount(version: number, level: Level): number;
} = require('qrcode/lib/core/error-correction-code');
const sizes: { getSymbolTotalCodewords(version: number): number } = require('qrcode/lib/core/utils');
const format: { getEncodedBits(level: Level, mask: number): number } = require('qrcode/lib/core/format-info');

/** Where the bits of a code of one version go. */
export type Layout = {
  readonly modules: number;
  /** Finder, timing, alignment and version patterns; all else is light. */
  readonly template: Uint8Array;
  /** The module of each bit, in the order of bits; the last few modules may hold none. */
  readonly order: Int32Array;
};

/** How the bytes of a code are grouped: each block is its data followed by its check bytes. */
export type Blocks = {
  readonly checks: number;
  /** Data bytes of all blocks. */
  readonly dataBytes: number;
  readonly blocks: readonly { readonly start: number; readonly dataBytes: number }[];
  /** For each byte of the code, in the order in which they are drawn, its index in the blocks. */
  readonly interleaved: Int32Array;
};

const layouts = new Map<number, Layout>();

export const layoutOf = (version: number): Layout => {
  const known = layouts.get(version);
  if (known !== undefined) return known;
  const { modules: size, fixed } = functionPatterns(version);
  const template = new Uint8Array(fixed.length);
  /** Where bits of the content go. Plain loops: a process that reads one frame compiles nothing of this. */
  const isOpen = new Uint8Array(fixed.length);
  for (let at = 0; at < fixed.length; at++) {
    if (fixed[at] === 1) template[at] = 1;
    if (fixed[at] === dependsOnContent) isOpen[at] = 1;
  }
  for (const at of formatModules(size)) isOpen[at] = 0;
  const order = new Int32Array(fixed.length);
  let bit = 0;
  // Two columns at a time from the right, up and down in turn; the column of the timing pattern is stepped over.
  let up = true;
  for (let right = size - 1; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const at = (up ? size - 1 - step : step) * size + right;
      if (isOpen[at] === 1) order[bit++] = at;
      if (isOpen[at - 1] === 1) order[bit++] = at - 1;
    }
  }
  const layout = { modules: size, template, order: order.slice(0, bit) };
  layouts.set(version, layout);
  return layout;
};

const blocksCache = new Map<string, Blocks>();

export const blocksOf = (version: number, errorCorrection: ErrorCorrection): Blocks => {
  const key = `${version}${errorCorrection}`;
  const known = blocksCache.get(key);
  if (known !== undefined) return known;
  const level = levels[errorCorrection];
  const total = sizes.getSymbolTotalCodewords(version);
  const count = blockTable.getBlocksCount(version, level);
  const dataBytes = total - blockTable.getTotalCodewordsCount(version, level);
  const checks = (total - dataBytes) / count;
  const shortData = Math.floor(dataBytes / count);
  const longBlocks = dataBytes % count;
  let start = 0;
  const blocks = Array.from({ length: count }, (_, at) => {
    const block = { start, dataBytes: shortData + (at >= count - longBlocks ? 1 : 0) };
    start += block.dataBytes + checks;
    return block;
  });
  const interleaved: number[] = [];
  for (let at = 0; at <= shortData; at++)
    for (const block of blocks) if (at < block.dataBytes) interleaved.push(block.start + at);
  for (let at = 0; at < checks; at++)
    for (const block of blocks) interleaved.push(block.start + block.dataBytes + at);
  const result = { checks, dataBytes, blocks, interleaved: Int32Array.from(interleaved) };
  blocksCache.set(key, result);
  return result;
};

const formats = new Map<number, readonly number[]>();

/** The modules that name error correction and mask: two copies of 15 bits, lowest first. */
export const formatModules = (size: number): readonly number[] => {
  const known = formats.get(size);
  if (known !== undefined) return known;
  const copies = Array.from({ length: 15 }, (_, bit) => {
    const row = bit < 6 ? bit : bit < 8 ? bit + 1 : size - 15 + bit;
    const column = bit < 8 ? size - 1 - bit : bit < 9 ? 7 : 14 - bit;
    return [row * size + 8, 8 * size + column] as const;
  });
  const modules = [...copies.map(([vertical]) => vertical), ...copies.map(([, horizontal]) => horizontal)];
  formats.set(size, modules);
  return modules;
};

/** The 15 bits that name an error correction and a mask. */
export const formatBits = (errorCorrection: ErrorCorrection, mask: Mask): number =>
  format.getEncodedBits(levels[errorCorrection], mask);

const masks = new Map<string, Uint8Array>();

/** For each bit of a code whether the mask turns it. */
export const maskOf = (version: number, mask: Mask): Uint8Array => {
  const key = `${version} ${mask}`;
  const known = masks.get(key);
  if (known !== undefined) return known;
  const { order, modules } = layoutOf(version);
  const turned = new Uint8Array(order.length);
  const rule = maskRules[mask];
  for (let bit = 0; bit < order.length; bit++) {
    const at = order[bit] as number;
    if (rule(Math.floor(at / modules), at % modules) === 0) turned[bit] = 1;
  }
  masks.set(key, turned);
  return turned;
};

/** The standard's eight masks: where the result is 0 a bit is turned. */
const maskRules: readonly ((row: number, column: number) => number)[] & Record<Mask, MaskRule> = [
  (row, column) => (row + column) % 2,
  (row) => row % 2,
  (_row, column) => column % 3,
  (row, column) => (row + column) % 3,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2,
  (row, column) => ((row * column) % 2) + ((row * column) % 3),
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2,
];

type MaskRule = (row: number, column: number) => number;
