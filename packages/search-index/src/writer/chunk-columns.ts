import { ByteWriter } from '../file/bytes.js';
import { chunkColumns } from '../file/column-forms.js';
import { ColumnWriter } from '../file/columns.js';
import type { UnplacedEntry } from './protocol.js';
import { TextSpool } from './text-spool.js';

/** Metadata objects among which a repeated one is recognised; chunks of one origin follow each other. */
const remembered = 1000;

/** The chunk table as it grows: numbers in memory as the file has them, metadata compressed in a file. */
export class ChunkColumns {
  readonly #columns = new Map(chunkColumns.map(([name, form]) => [name, new ColumnWriter(form)]));
  #size = 0;
  #lastId = -1;
  readonly #sources = new Map<string, number>();
  readonly #metadata = new Map<string, number>();
  #metadataCount = 0;
  readonly #snippets: [number, string][] = [];
  readonly #names: TextSpool;

  /** @param path a new file; the caller removes it */
  constructor(path: string) {
    this.#names = new TextSpool(path);
    this.#names.add('{"metadata":[');
  }

  get size(): number {
    return this.#size;
  }

  /** `-1` before the first. */
  get lastId(): number {
    return this.#lastId;
  }

  add({ id, source = '', offset = 0, text, metadata, snippet }: UnplacedEntry): void {
    const known = this.#sources.get(source);
    if (known === undefined) this.#sources.set(source, this.#sources.size);
    const row = {
      ids: id,
      sources: known ?? this.#sources.size - 1,
      offsets: offset,
      lengths: text.length,
      metadata: metadata === undefined ? 0 : this.#positionOf(JSON.stringify(metadata)) + 1,
    };
    if (snippet !== undefined) this.#snippets.push([this.size, snippet]);
    for (const [name, column] of this.#columns) if (name !== 'frames') column.push(row[name]);
    this.#size += 1;
    this.#lastId = id;
  }

  /** Gives the section `chunks` to `write`; the frames become known at the end. */
  finishChunks(frames: Uint32Array, write: (bytes: Uint8Array) => void): void {
    const count = new ByteWriter(8);
    count.varint(this.#size);
    write(count.bytes());
    for (const frame of frames) this.#columns.get('frames')?.push(frame);
    for (const column of this.#columns.values()) write(column.bytes());
  }

  /** Gives the section `names` to `write`. */
  finishNames(write: (bytes: Uint8Array) => void): void {
    this.#names.add(`],"sources":${JSON.stringify([...this.#sources.keys()])}`);
    this.#names.add(`,"snippets":${JSON.stringify(this.#snippets)}}`);
    this.#names.finish(write);
  }

  close(): void {
    this.#names.close();
  }

  #positionOf(text: string): number {
    const known = this.#metadata.get(text);
    if (known !== undefined) return known;
    const position = this.#metadataCount;
    this.#metadataCount += 1;
    this.#names.add(`${position === 0 ? '' : ','}${JSON.stringify(text)}`);
    if (this.#metadata.size >= remembered) this.#metadata.clear();
    this.#metadata.set(text, position);
    return position;
  }
}
