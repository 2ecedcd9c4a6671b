import type { JsonObject } from '@memvisor/codec';
import type { SavedParts } from '@memvisor/search-index';
import * as z from 'zod';
import type { TextSizes } from './text-sizes.js';

/** What an archive takes, beside what its text takes by itself. */
export type SizeReport = {
  readonly text: TextSizes;
  readonly videoBytes: number;
  /** The index and what its parts take; `undefined` where there is none. */
  readonly index: { readonly bytes: number; readonly parts: SavedParts } | undefined;
};

/** {@link SizeReport} in bytes a byte of text; 0 where there is no text. */
export type SizeRatios = {
  readonly gzip: number;
  readonly brotli: number;
  readonly video: number;
  readonly index: number;
  /** The part of `index` that vectors are. */
  readonly vectors: number;
  /** Video and index. */
  readonly total: number;
};

/** How the sizes of a report are to the text's. */
export const sizeRatios = ({ text, videoBytes, index }: SizeReport): SizeRatios => {
  const ratio = (bytes: number): number => (text.bytes === 0 ? 0 : bytes / text.bytes);
  return {
    gzip: ratio(text.gzipBytes),
    brotli: ratio(text.brotliBytes),
    video: ratio(videoBytes),
    index: ratio(index?.bytes ?? 0),
    vectors: ratio(index?.parts.vectors ?? 0),
    total: ratio(videoBytes + (index?.bytes ?? 0)),
  };
};

const size = z.number().int().min(0);
const schema = z.object({ text: z.object({ bytes: size, gzipBytes: size, brotliBytes: size }) });

/** The text's sizes as an archive's own metadata have them; `undefined` for archives that do not say. */
export const textSizesOf = (metadata: JsonObject): TextSizes | undefined =>
  schema.safeParse(metadata).data?.text;
