import type { ChunkPlace } from '../chunks/chunk.js';
import { placeColumns } from '../chunks/place-table.js';
import { writePlaces } from '../file/place-sections.js';
import { GrowableUint32 } from '../growable.js';
import { TextSpool } from './text-spool.js';

/** Paths of headings among which a repeated one is recognised; chunks under the same headings follow each other. */
const remembered = 1000;

/** Where chunks stand, as they come: numbers in memory, headings compressed in a file. */
export class PlaceColumns {
  readonly #columns = {
    firstLines: new GrowableUint32(),
    moreLines: new GrowableUint32(),
    pages: new GrowableUint32(),
    headings: new GrowableUint32(),
  };
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
  }

  /** The section `places`. */
  section(): Uint8Array {
    const { firstLines, moreLines, pages, headings } = this.#columns;
    return writePlaces({
      firstLines: firstLines.view(),
      moreLines: moreLines.view(),
      pages: pages.view(),
      headings: headings.view(),
    });
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
