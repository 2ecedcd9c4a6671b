import * as z from 'zod';
import type { ChunkData } from '../chunks/chunk-table.js';
import { ByteReader, ByteWriter, DamagedBytes } from './bytes.js';
import { chunkColumns } from './column-forms.js';
import { readColumn, writeColumn } from './columns.js';
import { compressText, decompressText } from './compressed.js';
import { isTooDeep } from './json-depth.js';

/** The number of chunks, then column by column a number for each. */
export const writeChunks = (data: Pick<ChunkData, (typeof chunkColumns)[number][0]>): Uint8Array => {
  const writer = new ByteWriter();
  writer.varint(data.ids.length);
  for (const [name, form] of chunkColumns) writeColumn(writer, data[name], form);
  return writer.bytes();
};

/** Names of sources, distinct metadata and snippets. */
export const writeNames = ({ sourceNames, metadataTexts, snippets }: ChunkData): Uint8Array =>
  compressText(JSON.stringify({ sources: sourceNames, metadata: metadataTexts, snippets: [...snippets] }));

const namesSchema = z.strictObject({
  sources: z.array(z.string()),
  metadata: z.array(z.string()),
  snippets: z.array(z.tuple([z.number().int().min(0), z.string()])),
});

/** @throws {DamagedBytes} When something does not fit together. */
export const readChunks = (chunks: Uint8Array, names: Uint8Array): ChunkData => {
  const reader = new ByteReader(chunks);
  const count = reader.count();
  // `chunkColumns` is in the order of the file, and so are these.
  const read = chunkColumns.map(([, form]) => readColumn(reader, count, form));
  const [ids, frames, sources, offsets, lengths, metadata] = read;
  reader.end();
  if (!ids || !frames || !sources || !offsets || !lengths || !metadata) throw new DamagedBytes('columns');

  const parsed = namesSchema.safeParse(parseJson(decompressText(names)));
  if (!parsed.success) throw new DamagedBytes('names');
  const { sources: sourceNames, metadata: metadataTexts, snippets } = parsed.data;
  if (new Set(ids).size !== count) throw new DamagedBytes('a chunk id twice');
  if (new Set(sourceNames).size !== sourceNames.length) throw new DamagedBytes('a source twice');
  if (sources.some((source) => source >= sourceNames.length)) throw new DamagedBytes('unknown source');
  if (metadata.some((position) => position > metadataTexts.length))
    throw new DamagedBytes('unknown metadata');
  for (const text of metadataTexts)
    if (!z.record(z.string(), z.json()).safeParse(parseJson(text)).success)
      throw new DamagedBytes('metadata');
  if (snippets.some(([slot]) => slot >= count)) throw new DamagedBytes('snippet of no chunk');
  return {
    ids,
    frames,
    sources,
    offsets,
    lengths,
    metadata,
    sourceNames,
    metadataTexts,
    snippets: new Map(snippets),
  };
};

/** @throws {DamagedBytes} When it is not JSON. */
export const parseJson = (text: string): unknown => {
  if (isTooDeep(text)) throw new DamagedBytes('nested too deep');
  try {
    return JSON.parse(text);
  } catch {
    throw new DamagedBytes('not JSON');
  }
};
