// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { GrowableUint32 } from '../growable.js';
import type { ChunkPlace } from './chunk.js';

/** What a saved place table consists of; one number a chunk in each column. */
export type PlaceData = {
  /** From 1; 0 where lines are not known. */
  readonly firstLines: Uint32Array;
  /** How many lines follow the first one that the chunk is on. */
  readonly moreLines: Uint32Array;
  /** From 1; 0 for none. */
  readonly pages: Uint32Array;
  /** Positions in `headingPaths`, plus 1; 0 for none. */
  readonly headings: Uint32Array;
  /** A path may be there more than once. */
  readonly headingPaths: readonly (readonly string[])[];
};

export const placeColumns = ['firstLines', 'moreLines', 'pages', 'headings'] as const;

/** Where in their documents chunks stand, by slot: 16 bytes a chunk and each path of headings once. */
export class PlaceTable {
  readonly #columns = {
    firstLines: new GrowableUint32(),
    moreLines: new GrowableUint32(),
    pages: new GrowableUint32(),
    headings: new GrowableUint32(),
  };
  #paths: (readonly string[])[] = [];
  readonly #positions = new Map<string, number>();

  static from(data: PlaceData): PlaceTable {
    const table = new PlaceTable();
    for (const name of placeColumns) table.#columns[name].append(data[name]);
    table.#paths = [...data.headingPaths];
    for (const [at, path] of table.#paths.entries()) table.#positions.set(JSON.stringify(path), at + 1);
    return table;
  }

  add({ lines, page, headings }: ChunkPlace): void {
    const [first, last] = lines ?? [0, 0];
    this.#columns.firstLines.push(first);
    this.#columns.moreLines.push(last - first);
    this.#columns.pages.push(page ?? 0);
    this.#columns.headings.push(
      headings === undefined || headings.length === 0 ? 0 : this.#positionOf(headings),
    );
  }

  at(slot: number): ChunkPlace {
    const value = (name: (typeof placeColumns)[number]): number => this.#columns[name].view()[slot]!;
    const first = value('firstLines');
    const page = value('pages');
    const headings = value('headings');
    return {
      ...(first === 0 ? {} : { lines: [first, first + value('moreLines')] as const }),
      ...(headings === 0 ? {} : { headings: this.#paths[headings - 1]! }),
      ...(page === 0 ? {} : { page }),
    };
  }

  /** What a file keeps; views, valid until the next `add`. */
  data(): PlaceData {
    return {
      firstLines: this.#columns.firstLines.view(),
      moreLines: this.#columns.moreLines.view(),
      pages: this.#columns.pages.view(),
      headings: this.#columns.headings.view(),
      headingPaths: this.#paths,
    };
  }

  /** Its position plus 1. */
  #positionOf(path: readonly string[]): number {
    const key = JSON.stringify(path);
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const position = this.#paths.push(path);
    this.#positions.set(key, position);
    return position;
  }
}
