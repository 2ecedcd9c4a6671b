import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unfinishedPath } from '@memvisor/supervisor/unfinished';
import { ChunkTable } from '../chunks/chunk-table.js';
import { type IndexFailure, systemCode } from '../failure.js';
import { indexOptionsSchema } from '../options.js';
import { type IndexParts, SearchIndex } from '../search-index.js';
import { VectorTable } from '../vectors/vector-table.js';
import { WordIndex } from '../words/word-index.js';
import { DamagedBytes } from './bytes.js';
import { parseJson, readChunks, writeChunks, writeNames } from './chunk-sections.js';
import { containerPieces, formatVersion, openContainer, type Sections, sectionOf } from './container.js';
import { noPlaces, readPlaces, writeHeadings, writePlaces } from './place-sections.js';
import { readVectors, writeProjection, writeRowCounts, writeRows, writeScales } from './vector-sections.js';
import { readTerms, readWords, writePostings, writeTerms } from './word-sections.js';

/** Bytes of a file that each part takes. */
export type SavedParts = { readonly vectors: number; readonly words: number; readonly chunks: number };

/** How saving ended. */
export type SaveResult =
  | {
      readonly ok: true;
      /** The file's size, and what of it each part takes. */
      readonly bytes: number;
      readonly parts: SavedParts;
    }
  | { readonly ok: false; readonly failure: IndexFailure };

/** How loading ended. */
export type LoadResult =
  | { readonly ok: true; readonly index: SearchIndex }
  | { readonly ok: false; readonly failure: IndexFailure };

/** What a loaded index must belong to; what is absent is not compared. */
export type LoadOptions = {
  /** The video's archive id. Another one is the failure `wrong_archive`. */
  readonly archive?: string | undefined;
  /** The embedding model's fingerprint. Another one is the failure `wrong_model`. */
  readonly model?: string | undefined;
};

const sectionsOf = ({ settings, chunks, vectors, words }: IndexParts): Sections => {
  const chunkData = chunks.data();
  const placeData = chunks.placeData();
  vectors.reduce();
  const vectorData = vectors.data();
  const { projection } = vectorData;
  return new Map([
    ['settings', new TextEncoder().encode(JSON.stringify(settings))],
    ['chunks', writeChunks(chunkData)],
    ['names', writeNames(chunkData)],
    ['places', writePlaces(placeData)],
    ['headings', writeHeadings(placeData)],
    ['rowcount', writeRowCounts(vectorData.firstRows)],
    ['scales', writeScales(vectorData)],
    ['rows', writeRows(settings, vectorData)],
    ...(projection === undefined ? [] : [['project', writeProjection(projection)] as const]),
    ['terms', writeTerms(words.terms)],
    ['postings', writePostings(words.inverted)],
  ]);
};

/**
 * Writes an index into one file. It is written beside the target, synced and renamed: whatever happens,
 * the target is the old file or the new one, complete. What a process left beside it that was killed while it wrote, is removed.
 *
 * @example
 * const saved = await saveIndex(index, 'memory.mvx');
 * console.log(saved.ok ? `${saved.bytes} bytes` : describeIndexFailure(saved.failure));
 */
export const saveIndex = async (index: SearchIndex, path: string): Promise<SaveResult> => {
  const sections = sectionsOf(index.parts);
  const pieces = containerPieces(sections);
  const unfinished = `${await unfinishedPath(path)}.part`;
  try {
    const file = await open(unfinished, 'wx');
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    await syncFolder(dirname(path));
  } catch (error) {
    // Where the folder itself is gone or forbids it, there is nothing more to do.
    await rm(unfinished, { force: true }).catch(() => undefined);
    return { ok: false, failure: { kind: 'not_written', path, code: systemCode(error) } };
  }
  const size = (...names: string[]): number =>
    names.reduce((sum, name) => sum + (sections.get(name)?.length ?? 0), 0);
  return {
    ok: true,
    bytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
    parts: {
      vectors: size('rows', 'scales', 'rowcount', 'project'),
      words: size('terms', 'postings'),
      chunks: size('chunks', 'names', 'places', 'headings'),
    },
  };
};

/**
 * Reads an index. Everything in it is checked before it is used, so that a damaged or hostile file is a
 * failure and nothing else.
 *
 * @example
 * const loaded = await loadIndex('memory.mvx', { archive: video.archiveId });
 * if (!loaded.ok) console.error(describeIndexFailure(loaded.failure));
 */
export const loadIndex = async (path: string, options: LoadOptions = {}): Promise<LoadResult> => {
  let file: Uint8Array;
  try {
    file = await readFile(path);
  } catch (error) {
    const code = systemCode(error);
    return {
      ok: false,
      failure: code === 'ENOENT' ? { kind: 'not_found', path } : { kind: 'not_readable', path, code },
    };
  }
  // Small files come out of a shared buffer at any offset; rows of floats need an aligned one.
  if (file.byteOffset % 64 !== 0) file = Uint8Array.from(file);
  return readIndex(file, path, options);
};

/** @internal What {@link loadIndex} does with the bytes; `path` is for its failures. */
export const readIndex = (file: Uint8Array, path: string, options: LoadOptions = {}): LoadResult => {
  const failed = (failure: IndexFailure): LoadResult => ({ ok: false, failure });
  const opened = openContainer(file);
  if (opened.kind === 'not_an_index') return failed({ kind: 'not_an_index', path });
  if (opened.kind === 'newer_version')
    return failed({ kind: 'newer_version', path, found: opened.found, supported: formatVersion });
  if (opened.kind === 'damaged') return failed({ kind: 'damaged', path, section: opened.section });

  let section = 'settings';
  const bytes = (name: string): Uint8Array => {
    section = name;
    return sectionOf(opened.sections, name);
  };
  try {
    const parsed = indexOptionsSchema.safeParse(parseJson(Buffer.from(bytes('settings')).toString('utf8')));
    if (!parsed.success) throw new DamagedBytes('settings');
    const settings = parsed.data;
    if (options.archive !== undefined && options.archive !== settings.archive)
      return failed({ kind: 'wrong_archive', path, expected: options.archive, found: settings.archive });
    if (options.model !== undefined && options.model !== settings.model)
      return failed({ kind: 'wrong_model', path, expected: options.model, found: settings.model });

    const chunkBytes = bytes('chunks');
    const chunkData = readChunks(chunkBytes, bytes('names'));
    const chunkCount = chunkData.ids.length;
    // Files of before have no places.
    const placeData = opened.sections.has('places')
      ? readPlaces(bytes('places'), bytes('headings'), chunkCount)
      : noPlaces(chunkCount);
    const rows = bytes('rows');
    const scales = bytes('scales');
    const vectorData = readVectors(settings, chunkCount, {
      counts: bytes('rowcount'),
      rows,
      scales,
      projection: opened.sections.has('project') ? bytes('project') : undefined,
    });
    const terms = readTerms(bytes('terms'));
    const wordData = readWords(terms, bytes('postings'), chunkCount, opened.version);
    return {
      ok: true,
      index: SearchIndex.fromParts({
        settings,
        chunks: ChunkTable.from(chunkData, placeData),
        vectors: VectorTable.from(settings, vectorData),
        words: WordIndex.from(wordData),
      }),
    };
  } catch (error) {
    if (error instanceof DamagedBytes) return failed({ kind: 'damaged', path, section });
    throw error;
  }
};

/** Makes the new name last; some systems can't open folders, and then it is as lasting as they make it. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
};
