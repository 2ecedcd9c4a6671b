import type { ChunkPlace } from '../chunks/chunk.js';
import { placeColumns } from '../chunks/place-table.js';
import { ByteWriter } from '../file/bytes.js';
import { placeForms } from '../file/column-forms.js';
import { ColumnWriter } from '../file/columns.js';
import { TextSpool } from './text-spool.js';

/** Paths of headings among which a repeated one is recognised; chunks under the same headings follow each other. */
const remembered = 1000;

/** Where chunks stand, as they come: numbers in memory as the file has them, headings compressed in a file. */
export class PlaceColumns {
  readonly #columns = {
    firstLines: new ColumnWriter(placeForms.firstLines),
    moreLines: new ColumnWriter(placeForms.moreLines),
    pages: new ColumnWriter(placeForms.pages),
    headings: new ColumnWriter(placeForms.headings),
  };
  #count = 0;
  readonly #known = new Map<string, number>();
  #pathCount = 0;
  readonly #paths: TextSpool;

  /** @param path a new file; the caller removes it */
  constructor(path: string) {
    this.#paths = new TextSpool(path);
    this.#paths.add('[');
  }

  add({ lines: [first, last] = [0, 0], page = 0, headings = [] }: ChunkPlace): void {
    const row = {
      firstLines: first,
      moreLines: last - first,
      pages: page,
      headings: headings.length === 0 ? 0 : this.#positionOf(JSON.stringify(headings)) + 1,
    };
    for (const name of placeColumns) this.#columns[name].push(row[name]);
    this.#count += 1;
  }

  /** Gives the section `places` to `write`. */
  finishPlaces(write: (bytes: Uint8Array) => void): void {
    const count = new ByteWriter(8);
    count.varint(this.#count);
    write(count.bytes());
    for (const name of placeColumns) write(this.#columns[name].bytes());
  }

  /** Gives the section `headings` to `write`. */
  finishHeadings(write: (bytes: Uint8Array) => void): void {
    this.#paths.add(']');
    this.#paths.finish(write);
  }

  close(): void {
    this.#paths.close();
  }

  #positionOf(path: string): number {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const position = this.#pathCount;
    this.#pathCount += 1;
    this.#paths.add(`${position === 0 ? '' : ','}${path}`);
    if (this.#known.size >= remembered) this.#known.clear();
    this.#known.set(path, position);
    return position;
  }
}
