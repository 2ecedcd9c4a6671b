import { writeChunks } from '../file/chunk-sections.js';
import { GrowableUint32 } from '../growable.js';
import type { UnplacedEntry } from './protocol.js';
import { TextSpool } from './text-spool.js';

/** Metadata objects among which a repeated one is recognised; chunks of one origin follow each other. */
const remembered = 1000;

const columnNames = ['ids', 'sources', 'offsets', 'lengths', 'metadata'] as const;

/** The chunk table as it grows: numbers in memory, metadata compressed in a file. */
export class ChunkColumns {
  readonly #columns = {
    ids: new GrowableUint32(),
    sources: new GrowableUint32(),
    offsets: new GrowableUint32(),
    lengths: new GrowableUint32(),
    metadata: new GrowableUint32(),
  };
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
    return this.#columns.ids.length;
  }

  /** `-1` before the first. */
  get lastId(): number {
    return this.#columns.ids.view().at(-1) ?? -1;
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
    for (const name of columnNames) this.#columns[name].push(row[name]);
  }

  /** The section `chunks`. */
  section(frames: Uint32Array): Uint8Array {
    const view = (name: (typeof columnNames)[number]) => this.#columns[name].view();
    return writeChunks({
      ids: view('ids'),
      frames,
      sources: view('sources'),
      offsets: view('offsets'),
      lengths: view('lengths'),
      metadata: view('metadata'),
    });
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
