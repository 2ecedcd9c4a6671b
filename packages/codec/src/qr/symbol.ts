import { blocksOf, formatBits, formatModules, layoutOf, maskOf } from './layout.js';
import { addChecks } from './reed-solomon.js';
import { modulesOfVersion } from './version.js';

/** How much of a QR code may be unreadable: L 7 %, M 15 %, Q 25 %, H 30 %. */
export type ErrorCorrection = 'L' | 'M' | 'Q' | 'H';

/** The eight patterns that are laid over the data. */
export type Mask = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** The modules of a QR code, row by row: 1 is dark. */
export type QrSymbol = { readonly modules: number; readonly dark: Uint8Array };

/** Bytes that the largest QR code (version 40) holds. */
export const maxPayloadBytes: Readonly<Record<ErrorCorrection, number>> = {
  L: 2953,
  M: 2331,
  Q: 1663,
  H: 1273,
};

export const maxModules = modulesOfVersion(40);

/** Bits before the bytes of a segment: what it is, and how many bytes follow. */
export const segmentHeaderBits = (version: number): number => (version < 10 ? 12 : 20);

/**
 * Makes a QR code of bytes: one byte segment and a fixed mask, which is what makes it fast. A packed payload is as
 * good as random, so no mask is better than another.
 *
 * @param version 1 to 40; without it the smallest that holds the payload
 * @throws {RangeError} for a payload that the code does not hold
 */
export const makeSymbol = (
  payload: Uint8Array,
  options: { readonly errorCorrection: ErrorCorrection; readonly mask: Mask; readonly version?: number },
): QrSymbol => {
  const { errorCorrection, mask } = options;
  const version = options.version ?? smallestVersion(payload.length, errorCorrection);
  const { modules, template, order } = layoutOf(version);
  const bytes = codeBytes(payload, version, errorCorrection);
  const turned = maskOf(version, mask);
  const dark = template.slice();
  for (let bit = 0; bit < order.length; bit++) {
    // Past the last byte there may be a few modules more.
    const byte = bit >> 3 < bytes.length ? (bytes[bit >> 3] as number) : 0;
    dark[order[bit] as number] = ((byte >> (7 - (bit & 7))) & 1) ^ (turned[bit] as number);
  }
  const bits = formatBits(errorCorrection, mask);
  for (const [at, module] of formatModules(modules).entries()) dark[module] = (bits >> (at % 15)) & 1;
  return { modules, dark };
};

/** All bytes of a code in the order in which they are drawn. */
const codeBytes = (payload: Uint8Array, version: number, errorCorrection: ErrorCorrection): Uint8Array => {
  const { dataBytes, checks, blocks, interleaved } = blocksOf(version, errorCorrection);
  const data = dataOf(payload, dataBytes, version);
  const whole = new Uint8Array(interleaved.length);
  let from = 0;
  for (const block of blocks) {
    whole.set(data.subarray(from, from + block.dataBytes), block.start);
    addChecks(whole.subarray(block.start, block.start + block.dataBytes + checks), checks);
    from += block.dataBytes;
  }
  const bytes = new Uint8Array(interleaved.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = whole[interleaved[at] as number] as number;
  return bytes;
};

/** The byte segment, its end, and the padding that the standard asks for. */
const dataOf = (payload: Uint8Array, dataBytes: number, version: number): Uint8Array => {
  const header = segmentHeaderBits(version);
  if (Math.ceil((header + payload.length * 8) / 8) > dataBytes)
    throw new RangeError(`${payload.length} bytes do not fit a QR code of version ${version}`);
  const data = new Uint8Array(dataBytes);
  const { length } = payload;
  // Mode 4 and the length: half a byte and one or two, so that everything is half a byte off.
  if (header === 12) data.set([0x40 | (length >> 4), (length & 15) << 4]);
  else data.set([0x40 | (length >> 12), (length >> 4) & 0xff, (length & 15) << 4]);
  let at = (header - 4) >> 3;
  for (let from = 0; from < length; from++) {
    const byte = payload[from] as number;
    data[at] = (data[at] as number) | (byte >> 4);
    data[++at] = (byte & 15) << 4;
  }
  for (let pad = at + 1; pad < dataBytes; pad++) data[pad] = (pad - at) % 2 === 1 ? 0xec : 0x11;
  return data;
};

const smallestVersion = (bytes: number, errorCorrection: ErrorCorrection): number => {
  for (let version = 1; version <= 40; version++) {
    const room = blocksOf(version, errorCorrection).dataBytes;
    if (Math.ceil((segmentHeaderBits(version) + bytes * 8) / 8) <= room) return version;
  }
  throw new RangeError(`${bytes} bytes do not fit any QR code`);
};
