import * as z from 'zod';
import { type PlaceData, placeColumns } from '../chunks/place-table.js';
import { ByteReader, ByteWriter, DamagedBytes } from './bytes.js';
import { parseJson } from './chunk-sections.js';
import { placeForms } from './column-forms.js';
import { readColumn, writeColumn } from './columns.js';
import { compressText, decompressText } from './compressed.js';

/** The number of chunks, then column by column a number for each. */
export const writePlaces = (data: Omit<PlaceData, 'headingPaths'>): Uint8Array => {
  const writer = new ByteWriter();
  writer.varint(data.firstLines.length);
  for (const name of placeColumns) writeColumn(writer, data[name], placeForms[name]);
  return writer.bytes();
};

/** The paths of headings. */
export const writeHeadings = ({ headingPaths }: PlaceData): Uint8Array =>
  compressText(JSON.stringify(headingPaths));

const pathsSchema = z.array(z.array(z.string()).min(1));

/**
 * @param count the chunks that the file has
 * @throws {DamagedBytes} When something does not fit together.
 */
export const readPlaces = (places: Uint8Array, headingTexts: Uint8Array, count: number): PlaceData => {
  const reader = new ByteReader(places);
  if (reader.count() !== count) throw new DamagedBytes('another number of chunks');
  const column = (name: (typeof placeColumns)[number]): Uint32Array =>
    readColumn(reader, count, placeForms[name]);
  const [firstLines, moreLines, pages, headings] = [
    column('firstLines'),
    column('moreLines'),
    column('pages'),
    column('headings'),
  ];
  reader.end();
  const parsed = pathsSchema.safeParse(parseJson(decompressText(headingTexts)));
  if (!parsed.success) throw new DamagedBytes('headings');
  const headingPaths = parsed.data;
  if (headings.some((position) => position > headingPaths.length)) throw new DamagedBytes('unknown headings');
  return { firstLines, moreLines, pages, headings, headingPaths };
};

/** What a file without these sections says: nothing is known of any place. */
export const noPlaces = (count: number): PlaceData => ({
  firstLines: new Uint32Array(count),
  moreLines: new Uint32Array(count),
  pages: new Uint32Array(count),
  headings: new Uint32Array(count),
  headingPaths: [],
});
