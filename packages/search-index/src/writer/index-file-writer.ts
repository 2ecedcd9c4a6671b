import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkEntry } from '../chunks/check-entry.js';
import { IndexOptionError } from '../failure.js';
import { ByteWriter } from '../file/bytes.js';
import type { SavedParts } from '../file/index-file.js';
import { writeProjection, writeRows } from '../file/vector-sections.js';
import { GrowableFloat32 } from '../growable.js';
import type { IndexSettings } from '../options.js';
import { isScaled } from '../vectors/storage.js';
import { VectorTable } from '../vectors/vector-table.js';
import { ChunkColumns } from './chunk-columns.js';
import { PlaceColumns } from './place-columns.js';
import { PostingRuns } from './posting-runs.js';
import type { UnplacedEntry } from './protocol.js';
import { SectionFile } from './section-file.js';
import { TextSpool } from './text-spool.js';

/** What is known of an index only when its video is complete. */
export type Placement = {
  /** The video's archive id. */
  readonly archive: string;
  /** The first frame of each chunk, in the order of adding. */
  readonly frames: Uint32Array;
};

/** One more where vectors are reduced. */
const sectionCount = 10;

/**
 * Writes an index chunk by chunk, synchronously: vectors go to the file as they come, words to runs beside it. What stays in
 * memory is some 20 bytes a chunk.
 */
export class IndexFileWriter {
  readonly #settings: IndexSettings;
  readonly #path: string;
  readonly #folder: string;
  readonly #file: SectionFile;
  readonly #words: PostingRuns;
  readonly #terms: TextSpool;
  readonly #chunks: ChunkColumns;
  readonly #places: PlaceColumns;
  readonly #rowCounts = new ByteWriter();
  readonly #scales = new GrowableFloat32();
  /** With `reduceTo`: the first vectors, from which the reduction is learnt. */
  readonly #first: VectorTable | undefined;

  /** @param path the index to write; until it is finished everything is in the folder `<path>.parts` */
  constructor(settings: IndexSettings, path: string) {
    this.#settings = settings;
    this.#path = path;
    this.#folder = `${path}.parts`;
    mkdirSync(this.#folder);
    const reduces = this.#settings.reduceTo > 0;
    this.#file = new SectionFile(join(this.#folder, 'index'), sectionCount + (reduces ? 1 : 0));
    this.#first = reduces ? new VectorTable(this.#settings) : undefined;
    this.#words = new PostingRuns(join(this.#folder, 'words'));
    this.#terms = new TextSpool(join(this.#folder, 'terms'));
    this.#chunks = new ChunkColumns(join(this.#folder, 'names'));
    this.#places = new PlaceColumns(join(this.#folder, 'headings'));
    this.#file.begin('rows');
  }

  get size(): number {
    return this.#chunks.size;
  }

  /** @throws {IndexOptionError} Before anything is changed, as `SearchIndex` does; and for an id not above the last. */
  addAll(entries: readonly UnplacedEntry[]): void {
    let last = this.#chunks.lastId;
    for (const entry of entries) {
      checkEntry({ frame: 0, ...entry }, this.#settings.dimensions);
      if (entry.id <= last) throw new IndexOptionError('id', entry.id, `a number above ${last}`);
      last = entry.id;
    }
    const table = this.#table();
    for (const entry of entries) {
      this.#chunks.add(entry);
      this.#places.add(entry);
      this.#words.add(entry.text, (entry.offset ?? 0) === 0);
      table.add(entry.vectors);
    }
    if (!this.#isLearning(table)) this.#write(table);
  }

  /** Where the next vectors go: one table until it has learnt how to reduce them, then a new one each time. */
  #table(): VectorTable {
    if (this.#first === undefined || !this.#isLearning(this.#first))
      return new VectorTable(this.#settings, this.#first?.projection);
    return this.#first;
  }

  #isLearning(table: VectorTable): boolean {
    return this.#settings.reduceTo > 0 && table.projection === undefined;
  }

  #write(table: VectorTable): void {
    const data = table.data();
    this.#file.write(writeRows(this.#settings, data));
    if (isScaled(this.#settings.storage)) this.#scales.append(data.scales);
    for (const [at, first] of data.firstRows.subarray(0, -1).entries())
      this.#rowCounts.varint((data.firstRows[at + 1] ?? first) - first);
  }

  /** Writes what is left and gives the file its name. */
  finish({ archive, frames }: Placement): { readonly bytes: number; readonly parts: SavedParts } {
    if (frames.length !== this.size)
      throw new IndexOptionError('frames', `${frames.length} frames`, `one for each of ${this.size} chunks`);
    const file = this.#file;
    if (this.#first !== undefined && this.#isLearning(this.#first)) {
      this.#first.reduce();
      this.#write(this.#first);
    }
    const rows = file.end();
    // Empty when there were no vectors.
    const projection = this.#first?.projection ?? new Float32Array(0);
    const projectionBytes = this.#first === undefined ? 0 : file.put('project', writeProjection(projection));
    const settings = { ...this.#settings, archive };
    file.put('settings', new TextEncoder().encode(JSON.stringify(settings)));
    file.begin('chunks');
    this.#chunks.finishChunks(frames, (bytes) => file.write(bytes));
    const chunks = file.end();
    file.begin('names');
    this.#chunks.finishNames((bytes) => file.write(bytes));
    const names = file.end();
    file.begin('places');
    this.#places.finishPlaces((bytes) => file.write(bytes));
    const places = file.end();
    file.begin('headings');
    this.#places.finishHeadings((bytes) => file.write(bytes));
    const headings = file.end();

    const count = new ByteWriter(8);
    count.varint(this.size);
    file.begin('rowcount');
    file.write(count.bytes());
    file.write(this.#rowCounts.bytes());
    const rowCounts = file.end();
    const scales = this.#scales.view();
    const scaleBytes = file.put(
      'scales',
      new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength),
    );

    let isFirst = true;
    file.begin('postings');
    this.#words.merge({
      onTerm: (term) => {
        this.#terms.add(isFirst ? term : `\n${term}`);
        isFirst = false;
      },
      onBytes: (bytes) => file.write(bytes),
    });
    const postings = file.end();
    file.begin('terms');
    this.#terms.finish((bytes) => file.write(bytes));
    const terms = file.end();

    const bytes = file.finish();
    renameSync(join(this.#folder, 'index'), this.#path);
    return {
      bytes,
      parts: {
        vectors: rows + scaleBytes + rowCounts + projectionBytes,
        words: terms + postings,
        chunks: chunks + names + places + headings,
      },
    };
  }

  /** Closes everything and removes what was not finished. */
  close(): void {
    for (const one of [this.#file, this.#words, this.#terms, this.#chunks, this.#places]) one.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
