import { blocksOf, formatBits, formatModules, layoutOf, maskOf } from './layout.js';
import { correct } from './reed-solomon.js';
import { type ErrorCorrection, type Mask, segmentHeaderBits } from './symbol.js';

/** Of the 30 modules that name error correction and mask; the names differ from each other in 10 or more. */
const mostWrongInFormat = 4;

type Format = { readonly errorCorrection: ErrorCorrection; readonly mask: Mask };

const formats: readonly (Format & { readonly bits: number })[] = (['L', 'M', 'Q', 'H'] as const).flatMap(
  (errorCorrection) =>
    ([0, 1, 2, 3, 4, 5, 6, 7] as const).map((mask) => ({
      errorCorrection,
      mask,
      bits: formatBits(errorCorrection, mask),
    })),
);

/**
 * The payload of a code whose modules are known, if it is what we write: one segment of bytes. `undefined` for
 * anything else and for more errors than can be corrected.
 */
export const readSymbol = (version: number, dark: Uint8Array): Uint8Array | undefined => {
  const { modules, order } = layoutOf(version);
  const format = formatOf(dark, modules);
  if (format === undefined) return undefined;
  const { checks, dataBytes, blocks, interleaved } = blocksOf(version, format.errorCorrection);
  const turned = maskOf(version, format.mask);
  const whole = new Uint8Array(interleaved.length);
  for (let at = 0, bit = 0; at < interleaved.length; at++) {
    let byte = 0;
    for (const end = bit + 8; bit < end; bit++)
      byte = (byte << 1) | ((dark[order[bit] as number] as number) ^ (turned[bit] as number));
    whole[interleaved[at] as number] = byte;
  }
  const data = new Uint8Array(dataBytes);
  let to = 0;
  for (const block of blocks) {
    const bytes = whole.subarray(block.start, block.start + block.dataBytes + checks);
    if (correct(bytes, checks) === undefined) return undefined;
    data.set(bytes.subarray(0, block.dataBytes), to);
    to += block.dataBytes;
  }
  return payloadOf(data, version);
};

const formatOf = (dark: Uint8Array, size: number): Format | undefined => {
  const places = formatModules(size);
  let best: Format | undefined;
  let least = mostWrongInFormat + 1;
  for (const format of formats) {
    let wrong = 0;
    for (let at = 0; at < places.length; at++)
      if (dark[places[at] as number] !== ((format.bits >> (at % 15)) & 1)) wrong += 1;
    if (wrong < least) {
      least = wrong;
      best = format;
    }
  }
  return best;
};

const payloadOf = (data: Uint8Array, version: number): Uint8Array | undefined => {
  const header = segmentHeaderBits(version);
  const nibble = (at: number): number => ((data[at >> 1] ?? 0) >> (at % 2 === 0 ? 4 : 0)) & 15;
  if (nibble(0) !== 4) return undefined;
  let length = 0;
  for (let at = 1; at < header / 4; at++) length = (length << 4) | nibble(at);
  const start = (header - 4) >> 3;
  if (start + length + 1 > data.length) return undefined;
  const payload = new Uint8Array(length);
  for (let at = 0; at < length; at++)
    payload[at] = ((data[start + at] as number) << 4) | ((data[start + at + 1] as number) >> 4);
  // After it the end, and nothing else that would mean something.
  const after = header / 4 + length * 2;
  return after < data.length * 2 && nibble(after) !== 0 ? undefined : payload;
};
