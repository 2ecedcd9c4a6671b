import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ReaderOptions } from 'zxing-wasm/reader';
import type { Picture } from './picture.js';

let prepared: Promise<typeof import('zxing-wasm/reader')> | undefined;

/** Loads the reader once per thread from its npm package: left alone it would ask a CDN. */
const prepare = () => {
  prepared ??= (async () => {
    const zxing = await import('zxing-wasm/reader');
    const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
    const wasmBinary = new Uint8Array(readFileSync(wasm)).buffer;
    await zxing.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
    return zxing;
  })();
  return prepared;
};

const common = { formats: ['QRCode'], maxNumberOfSymbols: 1 } as const satisfies ReaderOptions;

/** For a code that fills the picture and stands upright: no search. */
const pure = {
  ...common,
  isPure: true,
  tryHarder: false,
  tryRotate: false,
  tryInvert: false,
  tryDownscale: false,
} as const satisfies ReaderOptions;

/** What to try on a picture, the cheapest first. Each reads some pictures that the others do not. */
export const readingModes = {
  crisp: { ...pure, binarizer: 'FixedThreshold' },
  pure: { ...pure, binarizer: 'GlobalHistogram' },
  search: { ...pure, isPure: false, tryHarder: true, binarizer: 'LocalAverage' },
  everything: { ...common, tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true },
} as const satisfies Record<string, ReaderOptions>;

export type ReadingMode = keyof typeof readingModes;

/** The bytes of the QR code in the picture, or `undefined` if this mode reads none. */
export const readWithZxing = async (picture: Picture, mode: ReadingMode): Promise<Uint8Array | undefined> => {
  const { readBarcodes } = await prepare();
  const { width, height, gray } = picture;
  const rgba = new Uint32Array(width * height);
  for (let at = 0; at < rgba.length; at++) rgba[at] = 0xff000000 | ((gray[at] as number) * 0x010101);
  const data = new Uint8ClampedArray(rgba.buffer);
  const [symbol] = await readBarcodes({ data, width, height, colorSpace: 'srgb' }, readingModes[mode]);
  return symbol?.isValid === true ? symbol.bytes : undefined;
};
